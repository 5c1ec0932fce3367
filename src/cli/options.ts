import { parseArgs } from "node:util";
import { z } from "zod";
import { organizationName } from "../organization/fields.ts";
import { ValidationError } from "../roles/errors.ts";
import { roles } from "../roles/roles.ts";
import { deactivateOn, email, firstName, lastName } from "../users/fields.ts";

declare module "zod" {
  interface GlobalMeta {
    /** The value's name in the help: "NAME". */
    form?: string;
  }
}

const noRole = `Choose a role: ${roles.join(", ")}`;
/** Pages show "Admin" and the API says "admin"; operators can type either. */
export const roleOption = z
  .string(noRole)
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(roles, noRole))
  .meta({ form: roles.join("|"), description: "the user's role" });

export const emailOption = email.meta({ form: "ADDRESS", description: "the user's email address" });
export const organizationOption = z
  .string("Enter the organization's name")
  .pipe(organizationName)
  .meta({ form: "NAME", description: "the organization's name" });

export const endDateOption = deactivateOn
  .optional()
  .meta({ form: "DAY", description: "the last day on which the user is active, such as 2026-12-05" });

/** What a new user must have; everything else is filled in on the pages. */
export const personOptions = {
  email: emailOption,
  firstName: firstName.meta({ form: "NAME", description: "the user's first name" }),
  lastName: lastName.meta({ form: "NAME", description: "the user's last name" }),
};

/** "firstName" becomes --first-name. */
export function optionName(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function isFlag(schema: z.ZodObject, field: string): boolean {
  return schema.shape[field]?.safeParse(true).success ?? false;
}

type OptionHelp = { usage: string; form: string; description: string };

/** How to type each field of the schema, in brackets if it is optional, and its description; the word comes last. */
export function listOptions(schema: z.ZodObject, positional?: string): OptionHelp[] {
  const fields = Object.keys(schema.shape).filter((field) => field !== positional);
  return [...fields, ...(positional ? [positional] : [])].map((field) => {
    const { form: value = "", description = "" } = findMeta(schema.shape[field]);
    const form = field === positional ? value : `${optionName(field)} ${isFlag(schema, field) ? "" : value}`.trim();
    const isOptional = schema.shape[field]?.safeParse(undefined).success;
    return { usage: isOptional ? `[${form}]` : form, form, description };
  });
}

/** An optional field has the meta of the field inside it. */
function findMeta(field: z.core.$ZodType | undefined): z.core.GlobalMeta {
  const meta = field && z.globalRegistry.get(field);
  if (meta || !field) return meta ?? {};
  return field instanceof z.ZodOptional ? findMeta(field.unwrap()) : {};
}

/**
 * Parses what was typed after the command's name, with the same schemas as the pages' forms. `positional` is the field
 * without an option name; a field that can be `true` is an option without a value.
 * @throws ValidationError with the first error of the line itself, otherwise with all errors of the values
 */
export function readOptions<Schema extends z.ZodObject>(
  args: string[],
  schema: Schema,
  positional?: string,
): z.output<Schema> {
  const fields = new Map(Object.keys(schema.shape).map((field) => [optionName(field), field]));
  if (positional) fields.delete(optionName(positional));
  const options = Object.fromEntries(
    [...fields].map(([name, field]) => [
      name.slice(2),
      { type: isFlag(schema, field) ? "boolean" : "string" } as const,
    ]),
  );
  // Not strict: parseArgs would use several sentences, and accepts a repeated option.
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, string | true> = {};
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    const field = token.kind === "option" ? fields.get(token.rawName) : positional;
    const name = token.kind === "option" ? token.rawName : JSON.stringify(token.value);
    if (token.kind === "option") {
      if (!field)
        throw new ValidationError(
          `Unknown option ${name}. The options are: ${[...fields.keys(), "--json", "--help"].join(", ")}`,
        );
      if (isFlag(schema, field)) {
        if (token.value !== undefined) throw new ValidationError(`${name}: This option takes no value`);
      } else if (token.value === undefined || (token.value.startsWith("-") && !token.inlineValue)) {
        throw new ValidationError(`${name}: The value is missing`);
      }
      if (field in values) throw new ValidationError(`${name}: Use this option only once`);
    } else if (!field || field in values) {
      throw new ValidationError(`Unexpected ${name}. Put quotes around a value that has spaces`);
    }
    values[field] = token.value ?? true;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new ValidationError(describeErrors(parsed.error, positional));
}

/** The first error of each field, all in one line. */
function describeErrors(error: z.ZodError, positional: string | undefined): string {
  const faults = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const field = String(path[0]);
    if (!faults.has(field)) faults.set(field, field === positional ? message : `${optionName(field)}: ${message}`);
  }
  return [...faults.values()].join("; ");
}
