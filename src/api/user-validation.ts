import { z } from "zod";
import { findPasswordError } from "../passwords/rule.ts";
import { idNumber } from "../platform/ids.ts";
import type { FieldErrors } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { emailError, findUserErrors, newEndDateError } from "../users/changes.ts";
import { deactivateOn, email, role } from "../users/fields.ts";
import { type SortKey, sortColumns } from "../users/list-order.ts";
import { decodeCursor, queryText } from "../web/paging.ts";
import { organizationOf, requireOwner } from "./authenticate.ts";
import type { Call } from "./operation.ts";

// Errors that no schema finds, collected before anything is written so that one response lists them all. The changes
// check again in their transaction, because someone may have been faster.

/** PostgreSQL refuses NUL in a text. */
const value = z.string().refine((text) => !text.includes("\0"));
const cursorSchema = z
  .tuple([z.string(), z.array(value), idNumber])
  .refine(([sort, values]) => values.length === sortColumns[sort.replace("-", "") as SortKey]?.length);

/** The place of a cursor in the list of users, with the order it belongs to. */
export function parseUserCursor(cursor: string): z.infer<typeof cursorSchema> | undefined {
  return cursorSchema.safeParse(decodeCursor(cursor)).data;
}

export async function validateUserCursor({ req }: Call): Promise<FieldErrors> {
  const { cursor } = req.query;
  if (typeof cursor !== "string" || parseUserCursor(cursor)?.[0] === (queryText(req.query, "sort") || "name"))
    return {};
  return { cursor: "Use the nextCursor of an earlier response, unchanged and with the same sort" };
}

const day = deactivateOn.nullable();

export async function validateNewUser(call: Call, sent: Record<string, unknown>): Promise<FieldErrors> {
  const { deps, caller } = call;
  const text = (name: string): string => (typeof sent[name] === "string" ? sent[name] : "");
  const person = { firstName: text("firstName"), lastName: text("lastName"), email: text("email") };
  const known = { ...person, organization: organizationOf(caller).name };
  const common = {
    ...(await validateEmail(call, sent.email)),
    ...(await newEndDateError(deps.db, organizationOf(caller).id, day.safeParse(sent.deactivateOn).data)),
  };
  if (sent.invite === true) {
    return {
      ...common,
      ...(sent.password !== undefined && { password: "Send a password or invite, not both" }),
      ...(sent.askForNewPassword === true && { askForNewPassword: "Leave it out: the user chooses the password" }),
    };
  }
  if (sent.password === undefined) return { ...common, password: "Enter a password, or send invite: true" };
  const fault = await findPasswordError(text("password"), known, {
    minLength: deps.config.passwordMinLength,
    requester: `user ${requireOwner(caller).owner.id}`,
  });
  return { ...common, ...(fault && { password: fault }) };
}

const asked = z.object({
  email: email.exactOptional(),
  role: role.exactOptional(),
  deactivateOn: day.exactOptional(),
});

export async function validateUserChange(call: Call, sent: Record<string, unknown>, user: User): Promise<FieldErrors> {
  const fields = asked.safeParse(sent).data ?? {};
  return findUserErrors(call.deps.db, { user, fields, actorId: requireOwner(call.caller).owner.id });
}

async function validateEmail({ deps }: Call, typed: unknown): Promise<FieldErrors> {
  return emailError(deps.db, email.safeParse(typed).data ?? "");
}
