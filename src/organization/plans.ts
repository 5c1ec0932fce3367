import type { Plan } from "./queries.ts";

export const planNames: Record<Plan, string> = { free: "Free", pro: "Pro" };
