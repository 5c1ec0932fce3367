import { z } from "zod";
import type { Deps } from "../deps.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { formatDate } from "../words/times.ts";
import { timeZone, words } from "../words/words.ts";
import { changeUser } from "./changes.ts";
import { deactivateOn } from "./fields.ts";
import { aboutUser, openUser, profilePathWithReturn } from "./user-page.ts";

/** The last day of a user; an empty field removes it. */
export function editEndDate(deps: Deps): FormHandlers {
  return formPage({
    view: "users/end-date",
    title: () => words().endDate.title,
    schema: z.object({ deactivateOn, version }),
    open: (req) => openUser(deps.db, req),
    values: (user) => ({ deactivateOn: user.deactivateOn ?? "", version: String(user.version) }),
    page: (user, req) => ({ ...aboutUser(user, req), hint: words().endDate.hint(timeZone()) }),
    save: async ({ deactivateOn, version: since }, user, req) => {
      await changeUser(deps, { actor: authorizedActor(req), user, since, fields: { deactivateOn } });
      const { saved, removed } = words().endDate;
      const notice = deactivateOn === null ? removed : saved(endDateParts(deactivateOn));
      return { to: profilePathWithReturn(user, req), notice };
    },
  });
}

/** A last day as sentences name it: with the time zone in which it ends. */
export const endDateParts = (day: string): { day: string; zone: string } => ({
  day: formatDate(day),
  zone: timeZone(),
});

/** "Until the end of 5 Dec 2026, Europe/Berlin"; undefined for someone without a last day. */
export const endDateText = ({ deactivateOn }: { deactivateOn: string | null }): string | undefined =>
  deactivateOn === null ? undefined : words().endDate.until(endDateParts(deactivateOn));
