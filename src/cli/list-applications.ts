import { z } from "zod";
import { listApplications } from "../applications/queries.ts";
import { dataCommand, requireOrganization } from "./installation.ts";
import { organizationOption } from "./options.ts";

export const listApplicationsCommand = dataCommand({
  summary: "lists the services that let the organization's users log in through Roster",
  schema: z.object({ organization: organizationOption }),
  example: "--organization Acme",
  run: async ({ db }, { organization: name }) => {
    const { id } = await requireOrganization(db, name);
    const applications = await listApplications(db, id);
    const lines = applications.map(
      ({ clientId, name, status, roles, lastUsedAt }) =>
        `${clientId}  ${JSON.stringify(name)}  ${status}, for ${roles.join(", ")}; ${lastUsedAt ? `last used ${lastUsedAt}` : "never used"}`,
    );
    const data = applications.map(({ organizationId: _, version: __, ...application }) => application);
    return { lines: lines.length > 0 ? lines : ["No applications found."], json: { data } };
  },
});
