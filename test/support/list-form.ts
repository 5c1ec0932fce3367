import { buttons, words } from "./html.ts";
import { plainText } from "./visitor.ts";

// The form that the Managers page is, as a browser without scripts sends it.

type Changes = { tick?: string[]; untick?: string[]; fields?: Record<string, string> };

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : plainText(value);
};

/** What a box is called: its own name, or its label's. */
function boxName(form: string, input: string): string {
  const id = attribute(input, "id");
  const label = id && new RegExp(`<label for="${id}">([\\s\\S]*?)</label>`).exec(form)?.[1];
  return attribute(input, "aria-label") ?? words(label || "");
}

/** The names of the boxes in the list's form, and of those that are ticked. */
export function boxes(html: string): { all: string[]; ticked: string[] } {
  const form = /<form class="list"[\s\S]*?<\/form>/.exec(html)?.[0] ?? "";
  const found = [...form.matchAll(/<input type="checkbox"[^>]*>/g)].map(([input]) => input);
  const isTicked = (input: string): boolean => /\schecked/.test(input);
  return {
    all: found.map((input) => boxName(form, input)),
    ticked: found.filter(isTicked).map((input) => boxName(form, input)),
  };
}

/** Where the button of another page leads; undefined if there is none. */
export const turn = (html: string, button: string): string | undefined =>
  buttons(html).includes(button) ? pressed(html, button) : undefined;

/** Where a press of the button leads, without the empty fields. Boxes go by their names, other fields by theirs. */
export function pressed(html: string, button: string, { tick = [], untick = [], fields = {} }: Changes = {}): string {
  const form = /<form class="list"[\s\S]*?<\/form>/.exec(html)?.[0] ?? "";
  const sent = new URLSearchParams();
  const missing = new Set([...tick, ...untick]);
  for (const [tag] of form.matchAll(/<(?:input|select|button)\b[^>]*>(?:(?<=<select[^>]*>)[\s\S]*?<\/select>)?/g)) {
    const name = attribute(tag, "name");
    if (tag.startsWith("<button")) {
      const rest = form.slice(form.indexOf(tag));
      const isPressed = words(rest.slice(0, rest.indexOf("</button>"))) === button;
      if (isPressed && name) sent.append(name, attribute(tag, "value") ?? "");
      continue;
    }
    if (!name) continue;
    if (attribute(tag, "type") === "checkbox") {
      const box = boxName(form, tag);
      missing.delete(box);
      const isOn = tick.includes(box) || (/\schecked/.test(tag) && !untick.includes(box));
      if (isOn) sent.append(name, attribute(tag, "value") ?? "on");
    } else if (tag.startsWith("<select")) {
      sent.append(name, fields[name] ?? plainText(/<option value="([^"]*)" selected/.exec(tag)?.[1] ?? ""));
    } else sent.append(name, fields[name] ?? attribute(tag, "value") ?? "");
  }
  if (missing.size > 0) throw new Error(`no box ${[...missing]}`);
  if (!form.includes(button)) throw new Error(`no button ${button}`);
  const filled = [...sent].filter(([, value]) => value !== "");
  return `/admin/managers${filled.length > 0 ? `?${new URLSearchParams(filled)}` : ""}`;
}
