import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { applyLine } from "../imports/apply.ts";
import { decodeFile } from "../imports/encoding.ts";
import type { Outcome as LineOutcome } from "../imports/line-queries.ts";
import { type Plan, type PlannedLine, planLines } from "../imports/plan.ts";
import { readTable } from "../imports/read-table.ts";
import { maxFileBytes } from "../imports/upload.ts";
import { ValidationError } from "../roles/errors.ts";
import type { Organization } from "../roles/people.ts";
import { words } from "../words/words.ts";
import { defineCommand, operator, pluralize, reportProgress } from "./command.ts";
import { fileArgument } from "./data-file.ts";
import { type Installation, requireOrganization, withInstallation } from "./installation.ts";
import { organizationOption } from "./options.ts";

const flag = z.literal(true).optional();
const schema = z.object({
  organization: organizationOption,
  dryRun: flag.meta({ description: "only says what would happen" }),
  changeExisting: flag.meta({ description: "also gives existing users the values of the file" }),
  encoding: z
    .literal("windows-1252", "Use windows-1252, or save the file in UTF-8")
    .optional()
    .meta({ form: "windows-1252", description: "how the file is encoded, if it is not UTF-8 or UTF-16" }),
  file: fileArgument.meta({ description: "a CSV file with the columns email, first_name, last_name and role" }),
});

/** A transaction is as long as other writers wait, in lines. */
const batchSize = 50;

type Result = Plan | LineOutcome;
/** In the order of the summary. */
const resultNames: Record<Result, string> = {
  create: "to create",
  created: "created",
  change: "to change",
  changed: "changed",
  unchanged: "unchanged",
  "left-out": "left out",
  wrong: "wrong",
  failed: "failed",
};
const describeCounts = (counts: Partial<Record<string, number>>): string =>
  Object.entries(resultNames)
    .flatMap(([result, name]) => (counts[result] ? [`${counts[result]} ${name}`] : []))
    .join(", ");

const notAsked = "This user exists. Add --change-existing to change them";

type Done = { line: number; result: Result; reasons: string[]; email?: string; link?: string };

export const importUsers = defineCommand({
  summary:
    "creates users from a CSV file, as Import users on the Managers page does; exits with 1 if a line is wrong or failed",
  schema,
  positional: "file",
  example: "--organization Acme --dry-run users.csv",
  run: async ({ organization: name, dryRun = false, changeExisting = false, encoding, file }) => {
    const text = decodeFile(readBounded(file), encoding);
    if (!text) throw new ValidationError(`${file} is not in UTF-8. Save it in UTF-8, or add --encoding windows-1252`);
    const { lines } = await readTable(text.text);
    return withInstallation(async (installation) => {
      const organization = await requireOrganization(installation.db, name);
      const planned = await planLines(installation.db, { organizationId: organization.id, lines });
      reportProgress(dryRun ? "Checking" : "Importing");
      const done: Done[] = dryRun
        ? planned.map((line) => ({ line: line.line, result: line.plan, reasons: Object.values(line.reasons ?? {}) }))
        : await applyAll(installation, { organization, planned, changesUsers: changeExisting });
      const failed = done.filter(({ result }) => result === "wrong" || result === "failed");
      const counts = Object.fromEntries(
        [...Map.groupBy(done, ({ result }) => result)].map(([result, rows]) => [result, rows.length]),
      );
      const report = done.filter(({ reasons }) => reasons.length > 0);
      const left = !dryRun || changeExisting ? 0 : (counts.change ?? 0);
      const links = done.flatMap(({ email, link }) => (email && link ? [{ email, link }] : []));
      return {
        lines: [
          links.length > 0 && "Each link to choose a password works once, for 7 days:",
          ...links.map(({ email, link }) => `${email}  ${link}`),
          ...report.map(({ line, result, reasons }) => `Line ${line}, ${resultNames[result]}: ${reasons.join("; ")}`),
          `${dryRun ? "Checked" : "Imported"} ${pluralize(done.length, "line")} for ${organization.name}: ${describeCounts(counts)}.`,
          left > 0 && "Existing users are changed only with --change-existing.",
          dryRun && "Nothing was changed.",
        ],
        json: { dryRun, counts, lines: report, links, organization },
        failed: failed.length > 0,
      };
    });
  },
});

/** @throws ValidationError in words, or the system's error that names the file */
function readBounded(path: string): Buffer {
  if (statSync(path).size > maxFileBytes) throw new ValidationError(words().imports.tooLarge);
  return readFileSync(path);
}

/** Each line as it is planned, some in a transaction. */
async function applyAll(
  { db, config, mailer }: Installation,
  {
    organization,
    planned,
    changesUsers,
  }: { organization: Organization; planned: PlannedLine[]; changesUsers: boolean },
): Promise<Done[]> {
  const order = { actor: operator, organizationId: organization.id, changesUsers };
  const done: Done[] = [];
  for (let start = 0; start < planned.length; start += batchSize) {
    const applied = await db.transaction(async (trx) => {
      const some: Done[] = [];
      for (const line of planned.slice(start, start + batchSize)) {
        const isOrdered = line.plan === "create" || line.plan === "change";
        const applied = isOrdered ? await applyLine(trx, { mailer, config }, { ...order, line }) : undefined;
        const reason = line.plan === "change" && !changesUsers ? notAsked : applied?.reason;
        const reasons = reason ? [reason] : Object.values(line.reasons ?? {});
        const link = applied?.link && { email: line.person?.email ?? "", link: applied.link };
        some.push({ line: line.line, result: applied?.outcome ?? line.plan, reasons, ...link });
      }
      return some;
    });
    done.push(...applied);
  }
  return done;
}
