import { z } from "zod";
import { nameField } from "../platform/typed-text.ts";
import { isTimeZone } from "../words/times.ts";
import { words } from "../words/words.ts";

export const organizationName = nameField(() => words().fields.organizationName);

const noTimeZone = { error: () => words().fields.timeZone.choose };
export const timeZoneName = z.string(noTimeZone).refine(isTimeZone, noTimeZone);
