import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as client from "openid-client";
import { addApplication, startLogIn } from "../support/applications.ts";
import { addUser, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { describeIf } from "../support/test-if.ts";
import { type kinds, openTextBrowser } from "./browsers.ts";
import { missing } from "./terminal.ts";

// From an application through Roster's log-in and back, in an unmodified text browser.

function toAnApplication(name: keyof typeof kinds): void {
  let on: Roster;
  let callback: string;
  let last = "";
  const application = createServer((req, res) => {
    last = req.url ?? "";
    res.setHeader("Content-Type", "text/html").end("<title>Wiki</title><h1>Welcome to the wiki</h1>");
  });

  beforeAll(async () => {
    on = await startRoster();
    await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
    callback = `http://127.0.0.1:${(application.address() as AddressInfo).port}/callback`;
  });
  afterAll(async () => {
    await on?.close();
    application.closeAllConnections();
    await new Promise((resolve) => application.close(resolve));
  });

  test("logs in with a second factor, and is known to the application", async () => {
    const wiki = await addApplication(on, { redirectAddresses: [callback] });
    const dora = await addUser(on.deps, { email: "dora@example.com" });
    const { code } = await giveSecondFactor(on, dora);
    const { path, checks } = await startLogIn(wiki.config, { redirect_uri: callback });
    const reader = await openTextBrowser(name, on.url + path);
    await reader.sees("Forgot password?");
    await reader.fill("Email", dora.email);
    await reader.fill("Password", password);
    await reader.follow("Log in");
    await reader.sees("Code");
    await reader.fill("Code", await code());
    await reader.follow("Log in");
    await reader.sees("Continue to Wiki");
    await reader.follow("Continue");
    await reader.sees("Welcome to the wiki");
    const tokens = await client.authorizationCodeGrant(wiki.config, new URL(last, callback), checks);
    expect(tokens.claims()).toMatchObject({ email: dora.email, amr: ["pwd", "otp"] });
    await reader.close();
  });
}

for (const name of ["lynx", "w3m"] as const) {
  const lacking = missing([name, "tmux"]);
  const reason = `not installed: ${lacking.join(" and ")}`;
  describeIf(lacking.length === 0, reason)(`in ${name} someone`, () => toAnApplication(name));
}
