import { type Connection, cookiesOf, get, post, tokenIn } from "./client.ts";
import { password } from "./people.ts";

/** Logs in from a new browser. @returns the Cookie header from then on */
export async function logIn(connection: Connection, email: string): Promise<string> {
  const page = await connection.ask(get("/login", {}));
  const fields = { _csrf: tokenIn(page), email, password };
  const answer = await connection.ask(post("/login", { Cookie: cookiesOf(page) }, fields));
  if (answer.status !== 303) throw new Error(`${email} could not log in: ${answer.status}\n${answer.text()}`);
  return cookiesOf(answer);
}
