import type { Plan } from "../roles/people.ts";

export const planNames: Record<Plan, string> = { free: "Free", pro: "Pro" };
