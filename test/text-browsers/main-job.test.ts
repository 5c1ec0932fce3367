import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import sharp from "sharp";
import { eventually } from "../support/eventually.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { describeIf } from "../support/test-if.ts";
import { visit } from "../support/visitor.ts";
import { type kinds, openTextBrowser, type Reader } from "./browsers.ts";
import { missing } from "./terminal.ts";

// The main job at a terminal with an unmodified text browser: no stylesheet, script or pointer. Results are checked in
// the data and over HTTP, not only on the screen.

function theMainJob(name: keyof typeof kinds): void {
  let roster: Roster;
  let reader: Reader;
  let zoe: Person;

  beforeAll(async () => {
    roster = await startRoster();
    zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
    reader = await openTextBrowser(name, `${roster.url}/admin/managers`);
  });
  afterAll(async () => {
    await reader?.close();
    await roster?.close();
  });

  const row = () => roster.db("users").where({ id: zoe.id }).first();
  /** Whether the log-in page accepts the password. */
  async function canLogIn(secret: string): Promise<boolean> {
    const answer = await visit(roster).submit("/login", { email: zoe.email, password: secret });
    return answer.status === 303;
  }

  test("logs in and gets the requested page", async () => {
    await reader.sees("Forgot password?");
    await reader.fill("Email", "ada@example.com");
    await reader.fill("Password", "wrong");
    await reader.follow("Log in");
    await reader.sees("There is a problem");
    await reader.fill("Password", password);
    await reader.follow("Log in");
    expect(await reader.sees("Managers")).toContain("5 users");
  });

  test("searches and opens the profile", async () => {
    await reader.fill("Search", "o’neill zoe");
    await reader.follow("Search");
    expect(await reader.sees("1 user\n")).not.toContain("mia@example.com");
    await reader.follow("Zoë O'Neill");
    await reader.sees("Extra Settings");
  });

  test("edits the personal information after a refusal that says why", async () => {
    await reader.follow("Edit Personal Information");
    await reader.sees("Save changes");
    await reader.fill("Last name", "");
    await reader.follow("Save changes");
    expect(await reader.sees("There is a problem")).toMatch(/Enter a last name[\s\S]*Enter a last name/);
    await reader.fill("Last name", "O'Neill-Smith");
    await reader.follow("Save changes");
    await reader.sees("Personal information saved.");
    expect(await row()).toMatchObject({ first_name: "Zoë", last_name: "O'Neill-Smith", email: zoe.email });
  });

  test("changes the role and sees what each one grants", async () => {
    await reader.follow("Edit Roles and Permissions");
    const page = await reader.sees("Save changes");
    for (const role of ["Admin", "Manager", "Member"])
      expect(page).toMatch(new RegExp(`Permissions of the role\\s+${role}`));
    expect(page).toContain("gains edit, gains view");
    await reader.choose("Manager");
    await reader.follow("Save changes");
    await reader.sees("Role saved: Manager.");
    expect(await row()).toMatchObject({ role: "manager" });
  });

  test("sets a password that the user need not change", async () => {
    await reader.follow("Edit Password");
    await reader.sees("At least 15 characters");
    await reader.fill("New password", "copper-lantern-drifting-88");
    await reader.fill("Confirm new password", "copper-lantern-drifting-88");
    await reader.choose("Ask for a new password");
    await reader.follow("Save changes");
    await reader.sees("Password saved.");
    expect([await canLogIn("copper-lantern-drifting-88"), await canLogIn(password)]).toEqual([true, false]);
    expect(await row()).toMatchObject({ must_change_password: 0 });
  });

  test("changes the photo and removes it", async () => {
    const photo = join(reader.folder, "zoe.png");
    const size = { width: 90, height: 60, channels: 3 as const };
    writeFileSync(
      photo,
      await sharp({ create: { ...size, background: "#226688" } })
        .png()
        .toBuffer(),
    );
    await reader.fill("Change photo", photo);
    // w3m sends a form as soon as its file is chosen.
    if (name === "lynx") await reader.follow("Save photo");
    await reader.sees("Photo saved.");
    expect(await roster.db("photos").where({ user_id: zoe.id })).toHaveLength(1);
    await reader.follow("Remove photo");
    await reader.sees("Photo removed.");
    expect(await roster.db("photos").where({ user_id: zoe.id })).toHaveLength(0);
  });

  test("generates a key, which is at the top of the page and works", async () => {
    await reader.follow("Generate new key");
    const page = await reader.sees("Copy it now");
    expect(page.split("\n").slice(0, 24).join("\n")).toMatch(/roster_[0-9A-Za-z]{36}/);
    const [key = ""] = /roster_[0-9A-Za-z]{36}/.exec(page) ?? [];
    const answer = await visit(roster).agent.get("/api/v1/me").set("X-API-Key", key);
    expect(answer.body).toMatchObject({ email: zoe.email, role: "manager" });
    await reader.follow("Done");
    expect(await reader.sees("Rotate")).not.toContain(key);
  });

  test("deactivates a user on a page that says what will happen, and activates the user", async () => {
    await reader.follow("Deactivate");
    expect(await reader.sees("can no longer log in")).toContain("API key stops working");
    await reader.follow("Deactivate");
    await reader.sees("This user is inactive");
    expect([(await row()).status, await canLogIn("copper-lantern-drifting-88")]).toEqual(["inactive", false]);
    await reader.follow("Activate");
    await reader.sees("can log in again");
    await reader.follow("Activate");
    await reader.sees("This user is active");
    expect(await row()).toMatchObject({ status: "active" });
  });

  test("logs out and asks for a reset link", async () => {
    await reader.follow("Log out");
    await reader.sees("Forgot password?");
    expect(await roster.db("sessions").where({ user_id: roster.people.ada.id })).toEqual([]);
    await reader.follow("Forgot password?");
    await reader.sees("Send reset link");
    await reader.fill("Email", zoe.email);
    await reader.follow("Send reset link");
    await reader.sees("Check your email");
    await eventually(async () => (await outbox(roster)).some(({ text }) => text.includes("/reset-password/")));
  });
}

for (const name of ["lynx", "w3m"] as const) {
  const lacking = missing([name, "tmux"]);
  const reason = `not installed: ${lacking.join(" and ")}`;
  describeIf(lacking.length === 0, reason)(`in ${name} an Admin`, () => theMainJob(name));
}
