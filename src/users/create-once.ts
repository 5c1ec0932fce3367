import { findUserByEmail } from "../auth/queries.ts";
import type { Deps } from "../deps.ts";
import { stampIn } from "../time.ts";
import { FormRefused } from "../web/form.ts";
import { createUser } from "./changes.ts";

/** How long after the first press the same form is taken for a double click or a reload. */
const moment = 60_000;

type Wanted = Parameters<typeof createUser>[1];

/**
 * Creates a user, once however often the form is sent: whoever presses again is led to the user that the first press
 * made, instead of being told that somebody has the address.
 * @returns the user's id
 */
export async function createUserOnce(deps: Pick<Deps, "db" | "hashing">, wanted: Wanted): Promise<number> {
  return createUser(deps, wanted).catch(async (error: unknown) => {
    const id = error instanceof FormRefused ? await findJustCreated(deps, wanted) : undefined;
    if (id === undefined) throw error;
    return id;
  });
}

async function findJustCreated(
  { db, hashing }: Pick<Deps, "db" | "hashing">,
  { organizationId, person }: Wanted,
): Promise<number | undefined> {
  const found = await findUserByEmail(db, person.email);
  const isSame =
    found?.organizationId === organizationId &&
    found.createdAt > stampIn(-moment) &&
    (["firstName", "lastName", "role"] as const).every((field) => found[field] === person[field]);
  return isSame && (await hashing.verify(person.password, found.passwordHash)) ? found.id : undefined;
}
