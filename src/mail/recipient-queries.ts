import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";
import { chooseLanguage, type Words, wordsIn } from "../words/words.ts";

/** The words of an email to the user: their language, else their organization's, else English. */
export async function wordsTo(
  db: Database,
  { organizationId, id }: { organizationId: OrganizationId; id: number },
): Promise<Words> {
  const chosen = await db("users")
    .join("organizations", "organizations.id", "users.organization_id")
    .where({ "users.organization_id": organizationId, "users.id": id })
    .first({ person: "users.language", organization: "organizations.language" });
  return wordsIn(chooseLanguage(chosen ?? { person: null, organization: null }));
}
