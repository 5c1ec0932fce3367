import type { Knex } from "knex";
import { shownChanges } from "../audit/shown-changes.ts";
import type { Database } from "../database/database.ts";
import { numberedPage, queryText, withQuery } from "../web/paging.ts";
import { words } from "../words/words.ts";
import { countLines, type ImportLine, type LineCount, listLines } from "./line-queries.ts";
import { plans } from "./plan.ts";
import type { Import } from "./queries.ts";

const outcomes = ["created", "changed", "unchanged", "left-out", "failed"] as const;
type Kind = (typeof plans)[number] | (typeof outcomes)[number];

/** What is planned for a line, or what came of it. */
function kindOf({ plan, outcome }: Pick<LineCount, "plan" | "outcome">, isDone: boolean): Kind {
  if (!isDone) return plan;
  return outcome ?? (plan === "wrong" ? "failed" : plan);
}

/** The lines of a kind, as a condition. */
function choose(query: Knex.QueryBuilder, kind: Kind, isDone: boolean): void {
  if (!isDone) query.where({ plan: kind });
  else if (kind === "failed") query.where((either) => either.where({ plan: "wrong" }).orWhere({ outcome: kind }));
  else query.where((either) => either.where({ outcome: kind }).orWhere({ plan: kind, outcome: null }));
}

type Place = { address: string; query: Record<string, unknown> };

/** How many lines there are of each kind, and those that the address asks for, a hundred at a time. */
export async function linesPage(db: Database, { id, state }: Import, { address, query }: Place) {
  const { imports } = words();
  const isDone = state === "done";
  const counts = await countLines(db, id);
  const count = (kind?: Kind): number =>
    counts.filter((row) => kind === undefined || kindOf(row, isDone) === kind).reduce((sum, row) => sum + row.count, 0);
  const names: Partial<Record<Kind, string>> = isDone ? imports.outcomes : imports.plans;
  const kinds: readonly Kind[] = isDone ? outcomes : plans;
  const shown = kinds.find((kind) => kind === queryText(query, "show"));
  const at = (kind: Kind | undefined, page?: string): string => withQuery(address, { show: kind, page });
  const typed = queryText(query, "page");
  const { offset, limit, links } = numberedPage({ total: count(shown), typed }, (page) => at(shown, page));
  const lines = await listLines(db, id, {
    ...{ offset, limit },
    choose: (lines) => void (shown && choose(lines, shown, isDone)),
  });
  const ordered = counts.filter(({ plan }) => plan === "create" || plan === "change");
  const sum = (rows: LineCount[]): number => rows.reduce((total, row) => total + row.count, 0);
  return {
    counts: Object.fromEntries(kinds.map((kind) => [kind, count(kind)])),
    filters: [
      { name: imports.counted(imports.all, count()), address: at(undefined), isCurrent: shown === undefined },
      ...kinds
        .filter((kind) => count(kind) > 0)
        .map((kind) => ({
          name: imports.counted(names[kind] ?? kind, count(kind)),
          address: at(kind),
          isCurrent: kind === shown,
        })),
    ],
    rows: lines.map((line) => rowOf(line, names[kindOf(line, isDone)] ?? "")),
    ...links,
    progress: { done: sum(ordered.filter(({ outcome }) => outcome !== null)), total: sum(ordered) },
  };
}

function rowOf({ line, shown, person, changes = {}, reasons = {}, reason }: ImportLine, kind: string) {
  const { roles } = words();
  const names: Record<string, string> = roles;
  return {
    line,
    kind,
    name: person ? `${person.firstName} ${person.lastName}` : shown.name,
    email: person?.email ?? shown.email,
    role: person ? roles[person.role] : (names[shown.role] ?? shown.role),
    reasons: reason ? [reason] : Object.values(reasons),
    changes: shownChanges(changes),
  };
}
