import supertest from "supertest";
import { password } from "./people.ts";
import type { Roster } from "./roster.ts";

type Fields = Record<string, string | string[] | undefined>;

/** Someone with a browser: keeps cookies, and sends forms as they were shown, with some fields filled in. */
export type Visitor = ReturnType<typeof visit>;

export function visit(roster: Pick<Roster, "url">) {
  const agent = supertest.agent(roster.url);

  /** Opens the page and sends the form for `action` (by default the page's own address). */
  async function submit(path: string, fields: Fields, { action = path }: { action?: string } = {}) {
    const page = await agent.get(path);
    return agent
      .post(action)
      .type("form")
      .send({ ...formFields(page.text, action === path ? undefined : action), ...fields });
  }

  return {
    get: (path: string) => agent.get(path),
    /** Sends the fields without opening the form first. */
    post: (path: string, fields: Fields = {}) => agent.post(path).type("form").send(fields),
    submit,
    agent,
    /** The current token of this browser's forms. */
    token: async (path: string) => String(formFields((await agent.get(path)).text)._csrf),
  };
}

/** Whether the form that is sent to this route has a file. */
export const isUpload = (path: string): boolean => /\/(?:photo|import)$/.test(path);

/** A visitor who has logged in. */
export async function logIn(roster: Roster, name: keyof Roster["people"] | { email: string }): Promise<Visitor> {
  const visitor = visit(roster);
  const email = typeof name === "string" ? roster.people[name].email : name.email;
  const answer = await visitor.submit("/login", { email, password });
  if (answer.status !== 303) throw new Error(`${email} could not log in: ${answer.status}`);
  return visitor;
}

/**
 * What a browser would send from an untouched form: the form in the main part of the page, or the one for this action.
 */
export function formFields(html: string, action?: string): Record<string, string> {
  const forms = [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([text]) => text);
  const isWanted = (form: string): boolean =>
    action ? form.includes(`action="${action}"`) : /method="post"/.test(form) && !/action=/.test(form);
  const isLogOut = (form: string): boolean => form.includes('action="/logout"');
  const tokens = forms.filter((text) => text.includes("_csrf"));
  const form = forms.find(isWanted) ?? tokens.find((text) => !isLogOut(text)) ?? tokens[0] ?? "";
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(input)?.[1];
    const type = attribute("type");
    const name = attribute("name");
    const isOff = (type === "checkbox" || type === "radio") && !/\schecked/.test(input);
    if (name && !isOff && type !== "file") fields[name] = plainText(attribute("value") ?? "");
  }
  for (const [, name = "", text = ""] of form.matchAll(/<textarea[^>]*\sname="([^"]*)"[^>]*>([^<]*)<\/textarea>/g))
    fields[name] = plainText(text);
  for (const [, name = "", options = ""] of form.matchAll(/<select[^>]*\sname="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g)) {
    fields[name] =
      /<option value="([^"]*)" selected/.exec(options)?.[1] ?? /<option value="([^"]*)"/.exec(options)?.[1] ?? "";
  }
  return fields;
}

/** Decodes HTML's five escaped characters. */
export function plainText(text: string): string {
  const characters: Record<string, string> = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
    "&amp;": "&",
  };
  return text.replace(/&(?:lt|gt|quot|#34|#39|amp);/g, (entity) => characters[entity] ?? entity);
}
