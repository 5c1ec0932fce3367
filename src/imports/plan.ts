import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { type Changes, changedFields } from "../audit/audited-change.ts";
import { chunks } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { parseId } from "../platform/ids.ts";
import type { FieldErrors } from "../roles/errors.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { type Role, roles } from "../roles/roles.ts";
import { deactivateOn, email, firstName, lastName } from "../users/fields.ts";
import { countActiveAdmins, findTimeZone, findUsersByIds } from "../users/queries.ts";
import { changeError, endDateError, isActiveAdmin, roleChangeError } from "../users/rules.ts";
import { words } from "../words/words.ts";
import type { TableLine } from "./read-table.ts";
import { findUsersByEmails } from "./user-queries.ts";

export const plans = ["create", "change", "unchanged", "left-out", "wrong"] as const;
export type Plan = (typeof plans)[number];

type Person = { email: string; firstName: string; lastName: string; role: Role; deactivateOn: string | null };
/** As the file has them, cut to a length that pages can show. */
type Shown = { email: string; name: string; role: string };

/**
 * What becomes of a line. `user` is whom it is about and the version that it was compared with; `person` whom it creates
 * or makes of the user; `changes` what differs; `reasons` why nothing is done, by column.
 */
export type PlannedLine = {
  line: number;
  raw: string;
  plan: Plan;
  shown: Shown;
  user?: { id: number; version: number };
  person?: Person;
  changes?: Changes;
  reasons?: FieldErrors;
};

const batchSize = 250;

/** Compares the lines with the users that there are; nothing is written. */
export async function planLines(
  db: Database,
  { organizationId, actorId, lines }: { organizationId: OrganizationId; actorId?: number; lines: TableLine[] },
): Promise<PlannedLine[]> {
  const activeAdmins = await countActiveAdmins(db, organizationId);
  const planLine = linePlanner({ actorId, activeAdmins, timeZone: await findTimeZone(db, organizationId) });
  const planned: PlannedLine[] = [];
  for (const batch of chunks(lines, batchSize)) {
    const read = batch.map(readLine);
    const byEmail = await findUsersByEmails(db, unique(read.map(({ values }) => values.email)));
    const byId = await findUsersByIds(db, organizationId, unique(read.map(({ id }) => parseId(id))));
    planned.push(...read.map((line) => planLine(line, { organizationId, byEmail, byId })));
    await setImmediate();
  }
  return planned;
}

const unique = <T>(values: (T | undefined)[]): T[] => [...new Set(values.filter((value) => value !== undefined))];

const textRole = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.enum(["", ...roles], { error: () => words().imports.unknownRole }));
const schemas = { email, firstName, lastName, role: textRole, deactivateOn };
type Values = { [Name in keyof typeof schemas]: z.output<(typeof schemas)[Name]> };

/** `values`: what passed its schema. */
type ReadLine = Pick<PlannedLine, "line" | "raw" | "shown"> & {
  values: Partial<Values>;
  faults: FieldErrors;
  id: string;
  status: string;
};

function readLine({ line, raw, cells }: TableLine): ReadLine {
  const {
    email = "",
    first_name = "",
    last_name = "",
    role = "",
    deactivate_on = "",
    id = "",
    status = "",
  } = cells ?? {};
  const typed = { email, firstName: first_name, lastName: last_name, role, deactivateOn: deactivate_on };
  const values: Record<string, string | null> = {};
  const faults: FieldErrors = {};
  for (const name of Object.keys(schemas) as (keyof Values)[]) {
    const { data, error } = schemas[name].safeParse(typed[name]);
    if (error) faults[name] = error.issues[0]?.message ?? "";
    else values[name] = data;
  }
  const cut = (text: string): string => text.trim().slice(0, 300);
  return {
    ...{ line, raw, values, id: id.trim(), status: status.trim().toLowerCase() },
    shown: { email: cut(email), name: cells ? cut(`${first_name} ${last_name}`) : cut(raw), role: cut(role) },
    faults: cells ? faults : { form: words().imports.wrongCells },
  };
}

type Known = { organizationId: OrganizationId; byEmail: Map<string, User[]>; byId: Map<number, User> };

/** Plans line after line: each address and each user once, and never the last active Admin's role away. */
function linePlanner(facts: { actorId: number | undefined; activeAdmins: number; timeZone: string }) {
  const seen = new Map<string, number>();
  let { activeAdmins } = facts;
  /** The line that had it before, or undefined. */
  const lineBefore = (key: string, line: number): number | undefined => {
    const before = seen.get(key);
    if (before === undefined) seen.set(key, line);
    return before;
  };

  return (read: ReadLine, known: Known): PlannedLine => {
    const { line, raw, shown, values, id, status } = read;
    const { imports, fields } = words();
    const faults = { ...read.faults };
    const end = (plan: Plan, more: Partial<PlannedLine> = {}): PlannedLine => ({ line, raw, shown, plan, ...more });

    const owners = known.byEmail.get(values.email ?? "") ?? [];
    const ours = owners.find((owner) => owner.email === values.email && owner.organizationId === known.organizationId);
    const user = id === "" ? ours : known.byId.get(parseId(id) ?? 0);
    if (id !== "" && !user) faults.id = imports.unknownId(id.slice(0, 20));
    if (owners.some((owner) => owner.id !== user?.id)) faults.email ??= fields.email.taken;
    const before = [values.email && lineBefore(values.email, line), user && lineBefore(`id ${user.id}`, line)].find(
      (earlier) => typeof earlier === "number",
    );
    if (before) faults.email ??= imports.sameAsLine(before);
    if (Object.keys(faults).length > 0) return end("wrong", { reasons: faults });

    const { email = "", firstName = "", lastName = "" } = values;
    const person: Person = {
      ...{ email, firstName, lastName },
      role: values.role || (user?.role ?? "member"),
      deactivateOn: values.deactivateOn ?? user?.deactivateOn ?? null,
    };
    const endDate =
      person.deactivateOn === (user?.deactivateOn ?? null)
        ? undefined
        : endDateError({ ...facts, user, to: person.deactivateOn });
    if (!user) {
      if (endDate) return end("wrong", { reasons: { deactivateOn: endDate } });
      if (status !== "" && status !== "active") return end("wrong", { reasons: { status: imports.newIsActive } });
      return end("create", { person });
    }
    const about = { user: { id: user.id, version: user.version }, person };
    const erased = changeError(user);
    if (erased) return end("left-out", { ...about, reasons: { id: erased } });
    if (status !== "" && status !== user.status)
      return end("left-out", { ...about, reasons: { status: imports.statusDiffers } });
    const { email: e, firstName: f, lastName: l, role: r, deactivateOn: d } = user;
    const changes = changedFields({ email: e, firstName: f, lastName: l, role: r, deactivateOn: d }, person);
    if (!changes) return end("unchanged", about);
    if (endDate) return end("left-out", { ...about, reasons: { deactivateOn: endDate } });
    const reason = roleChangeError({ user, to: person.role, actorId: facts.actorId, activeAdmins });
    if (reason) return end("left-out", { ...about, reasons: { role: reason } });
    activeAdmins += Number(isActiveAdmin({ ...user, role: person.role })) - Number(isActiveAdmin(user));
    return end("change", { ...about, changes });
  };
}
