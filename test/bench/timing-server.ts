import { addUsers, password } from "../support/people.ts";
import { startRoster } from "../support/roster.ts";

// The server of timing.ts: it hashes with the real cost and has as many known and inactive users as there are tries.

const [count = "200"] = process.argv.slice(2);
const roster = await startRoster({ BCRYPT_COST: "12", TRUST_PROXY: "loopback", LOG_LEVEL: "info" });
process.once("disconnect", () => void roster.close().then(() => process.exit()));
for (const kind of ["known", "inactive"]) {
  const emails = Array.from({ length: Number(count) }, (_, i) => `${kind}-${i}@example.com`);
  await addUsers(
    roster.deps,
    emails.map((email) => ({ email, firstName: "Some", lastName: "Body" })),
  );
  if (kind === "inactive") await roster.db("users").whereIn("email", emails).update({ status: "inactive" });
}
process.send?.({ url: roster.url, password });
