import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as client from "openid-client";
import type { Browser } from "playwright-core";
import { addApplication, pathOf, type Registered, startLogIn } from "../support/applications.ts";
import { clickAndLoad, newPage, openBrowser } from "../support/browser.ts";
import { addUser, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";

// From an application through Roster's log-in and back, in a browser without JavaScript. The browser applies the
// log-in form's `form-action` to redirects, which no HTTP client does.

let on: Roster;
let browser: Browser;
let wiki: Registered;
let callback: string;
const application = createServer((_, res) => res.end("<title>Wiki</title><h1>Welcome</h1>"));

beforeAll(async () => {
  on = await startRoster();
  browser = await openBrowser();
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  callback = `http://127.0.0.1:${(application.address() as AddressInfo).port}/callback`;
  wiki = await addApplication(on, { redirectAddresses: [callback], logOutAddress: callback });
});
afterAll(async () => {
  await browser?.close();
  await on?.close();
  application.closeAllConnections();
  await new Promise((resolve) => application.close(resolve));
});

test("someone logs in with a second factor on the way to an application, comes back without a form, and logs out", async () => {
  const dora = await addUser(on.deps, { email: "dora@example.com" });
  const { code } = await giveSecondFactor(on, dora);
  const page = await newPage(browser, { baseURL: on.url });
  const first = await startLogIn(wiki.config, { redirect_uri: callback });
  await page.goto(first.path);
  await page.getByLabel("Email", { exact: true }).fill(dora.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await clickAndLoad(page.getByRole("button", { name: "Log in" }));
  await page.getByLabel("Code", { exact: true }).fill(await code());
  await clickAndLoad(page.getByRole("button", { name: "Log in" }));
  await page.waitForURL(`${callback}?**`);
  expect(await page.getByRole("heading").innerText()).toBe("Welcome");
  const tokens = await client.authorizationCodeGrant(wiki.config, new URL(page.url()), first.checks);
  expect(tokens.claims()).toMatchObject({ email: dora.email, amr: ["pwd", "otp"] });

  await page.goto((await startLogIn(wiki.config, { redirect_uri: callback })).path);
  await page.waitForURL(`${callback}?code=**`);
  await page.goto(pathOf(client.buildEndSessionUrl(wiki.config, { post_logout_redirect_uri: callback }).href));
  await clickAndLoad(page.getByRole("main").getByRole("button", { name: "Log out" }));
  await page.waitForURL(callback);
  await page.goto((await startLogIn(wiki.config, { redirect_uri: callback })).path);
  expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Log in");
  await page.context().close();
});
