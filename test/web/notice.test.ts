import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { cookieOf, cookiesOf } from "../support/sessions.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let max: Visitor;
const page = "/profile/personal-information";

beforeAll(async () => {
  roster = await startRoster();
  max = await logIn(roster, "max");
});
afterAll(() => roster.close());

test("the notice of a save is shown once, on the next page, and reading it writes nothing", async () => {
  const saved = await max.submit(page, {});
  const { line } = cookiesOf(saved)["roster-notice"] ?? {};
  expect(line).toMatch(/^roster-notice=[^;]+; Max-Age=60; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  const before = await roster.db("sessions").orderBy("id_hash");
  expect((await max.get("/profile")).text).toContain("Personal information saved.");
  expect(await roster.db("sessions").orderBy("id_hash")).toEqual(before);
  expect((await max.get("/profile")).text).not.toContain("Personal information saved.");
});

test("a redirect on the way does not use up the notice", async () => {
  const ada = await logIn(roster, "ada");
  await ada.submit(page, {});
  const to = (await ada.get("/profile")).headers.location ?? "";
  expect((await ada.get(to)).text).toContain("Personal information saved.");
});

test("a refused form shows no notice", async () => {
  expect(cookiesOf(await max.submit(page, { firstName: "" }))["roster-notice"]).toBeUndefined();
});

test("the notice's cookie is Secure and named __Host- under https, so that another subdomain cannot set it", async () => {
  const { url } = await startSecondServer(roster, { BASE_URL: "https://roster.acme.example" });
  const notice = (name: string) => visit({ url }).get("/login").set("Cookie", `${name}=Words`);
  expect((await notice("roster-notice")).text).not.toContain("Words");
  const answer = await notice("__Host-roster-notice");
  expect(answer.text).toContain("Words");
  const { line } = cookiesOf(answer)["__Host-roster-notice"] ?? {};
  expect(line).toMatch(/^__Host-roster-notice=; Max-Age=0; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
});

test.each([
  ["markup", encodeURIComponent("<img src=x>"), "&lt;img src=x&gt;"],
  ["broken percent-encoding", "%E0%A4%A", "%E0%A4%A"],
])("%s in the notice's cookie is shown as text", async (_, value, shown) => {
  const answer = await visit(roster).get("/login").set("Cookie", `roster-notice=${value}`);
  expect([answer.status, answer.text.includes(shown)]).toEqual([200, true]);
});

test("only one line of the notice's cookie is shown", async () => {
  const answer = await visit(roster)
    .get("/login")
    .set("Cookie", `roster-notice=${"x".repeat(5_000)}`);
  expect(answer.text).toContain("x".repeat(300));
  expect(answer.text).not.toContain("x".repeat(301));
});

test("other cookies do not affect the notice", async () => {
  for (const cookie of ["roster=", "roster=s%3A", "roster=x; roster=y", "=; ;;", `${cookieOf(max)}x`, "%00=%00"]) {
    const answer = await visit(roster).get("/profile").set("Cookie", cookie);
    expect([cookie, answer.status]).toEqual([cookie, 303]);
  }
});
