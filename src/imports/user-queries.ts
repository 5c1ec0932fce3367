import type { Database } from "../database/database.ts";
import type { User } from "../roles/people.ts";
import { selectUsers, toUser, type UserRow } from "../users/queries.ts";

// The users that the lines of a file are about, some at a time.

/** Whose each address is, of any organization and status, or was until an API key set another one. */
export async function findUsersByEmails(db: Database, emails: string[]): Promise<Map<string, User[]>> {
  const rows: UserRow[] = await selectUsers(db).whereIn("email", emails).orWhereIn("confirmed_email", emails);
  const addresses = rows
    .map(toUser)
    .flatMap((user) =>
      [user.email, user.confirmedEmail].flatMap((address) => (address === null ? [] : [{ address, user }])),
    );
  const byAddress = Map.groupBy(addresses, ({ address }) => address);
  return new Map([...byAddress].map(([address, owners]) => [address, owners.map(({ user }) => user)]));
}
