import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { routes } from "../../src/routes.ts";
import { clickAndLoad, newPage, openBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { password } from "../support/people.ts";
import { confirmation, type Press, presses } from "../support/presses.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// A double click on every button, in a browser that runs no script.

let roster: Roster;
let empty: Roster;
let browser: Browser;
let all: ReturnType<typeof presses>;

beforeAll(async () => {
  roster = await startRoster();
  empty = await startRoster({}, { isEmpty: true });
  browser = await openBrowser();
  all = presses(roster, empty);
});
beforeEach(() => roster.db("throttles").del());
afterAll(async () => {
  await browser?.close();
  await roster?.close();
  await empty?.close();
});

const look =
  "performance.getEntriesByType('navigation')[0].responseStatus + ' ' + document.body.innerText + ' ' + document.readyState";

/** The status and text of the page that the browser shows in the end. */
async function doubleClick({ visitor, page: path, action, button, fields = {}, file, says }: Press): Promise<string> {
  const url = new URL(visitor.agent.get(path).url);
  const page = await newPage(browser, { baseURL: url.origin });
  const access = { domain: url.hostname, path: "/", secure: false, script: false };
  const cookies = visitor.agent.jar.getCookies(access).map(({ name, value }) => ({ name, value, url: url.origin }));
  if (cookies.length > 0) await page.context().addCookies(cookies);
  await page.goto(path);
  const form = page.locator(action ? `form[action="${action}"]` : "main form");
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    if ((await field.first().getAttribute("type")) === "radio") await form.locator(`[value="${value}"]`).check();
    else if ((await form.locator(`select[name="${name}"]`).count()) > 0) await field.selectOption(value);
    else await field.fill(value);
  }
  if (file) await form.locator("[type=file]").setInputFiles(file);
  await form.getByRole("button", { name: button, exact: true }).dblclick({ delay: 5 });
  // The second response may take a while and be followed by a redirect.
  let said = "";
  await eventually(async () => {
    // While the browser loads another page there is no page to read.
    said = await page.evaluate<string>(look).catch(() => said);
    return says.test(said);
  }).catch(() => undefined);
  await page.context().close();
  return said;
}

test("this file double-clicks every button there is", () => {
  const paths = routes(roster.deps).flatMap(({ method, path }) => (method === "post" ? [path] : []));
  expect(Object.keys(all).sort()).toEqual(paths.sort());
});

test("a double click on any button leads to what one click does", async () => {
  for (const [path, press] of Object.entries(all)) {
    // The response is a file.
    if (path.endsWith("/links")) continue;
    const ready = await press();
    const said = await doubleClick(ready);
    expect([path, said]).toEqual([path, expect.stringMatching(/^200 /)]);
    expect([path, said]).toEqual([path, expect.stringMatching(ready.says)]);
  }
});

test("a double click on Confirm, between a form and its save, leads to what one click does", async () => {
  const { visitor, page: path, fields = {}, says } = await confirmation(roster);
  const page = await newPage(browser, { baseURL: roster.url });
  const access = { domain: "127.0.0.1", path: "/", secure: false, script: false };
  const cookies = visitor.agent.jar.getCookies(access).map(({ name, value }) => ({ name, value, url: roster.url }));
  await page.context().addCookies(cookies);
  await page.goto(path);
  await page.getByRole("textbox", { name: "Code" }).fill(fields.code ?? "");
  await clickAndLoad(page.getByRole("button", { name: "Set up" }));
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Confirm" }).dblclick({ delay: 5 });
  await page.getByText(says).first().waitFor();
  await clickAndLoad(page.getByRole("link", { name: "Done" }));
  expect(new URL(page.url()).pathname).toBe("/profile");
  await page.context().close();
});
