import type { People } from "../support/people.ts";
import { password } from "../support/people.ts";
import { formFields, type Visitor, visit } from "../support/visitor.ts";
import type { Change } from "./ledger.ts";

/** What the clients share. */
export type StormState = {
  url: string;
  key: string;
  /** All changes that were requested so far. */
  changes: Change[];
  /** Answers that should never occur. */
  surprises: string[];
  /** Answers that nothing could be saved. */
  refused: number;
  /** How often there was no answer, or only a proxy's that no server is there. */
  gone: number;
  /** Whether the clients must stop. */
  isOver: boolean;
};

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)] as T;

/** An Admin at a browser who creates users and changes them one after the other, until the storm is over. */
export async function change(state: StormState, name: string, ada: People["ada"]): Promise<void> {
  const admin = visit(state);
  await logIn(state, admin, ada);
  let users: { id: string; email: string }[] = [];
  for (let n = 0; !state.isOver; n++) {
    const email = `${name}-${n}@example.com`;
    const wish = { state, admin, name: `${name} ${n}` };
    const user = users.length < 3 || Math.random() < 0.15 ? undefined : oneOf(users);
    try {
      if (user && Math.random() < 0.1) {
        users = users.filter(({ id }) => id !== user.id);
        await erase(wish, user);
      } else if (user) await oneOf(changes)(wish, user);
      else {
        const id = await create(wish, email);
        // Only users whose creation is known are changed later.
        if (id) users = [...users.slice(-5), { id, email }];
      }
    } catch (error) {
      // The server or its proxy is gone: servers are killed on purpose. No one knows whether the change was done.
      if (!isGone(error)) throw error;
      state.gone++;
      await pause(50);
      // An erasure asks for the password, which renews the session: its new cookie may be lost too.
      await logIn(state, admin, ada);
    }
  }
}

async function logIn(state: StormState, admin: Visitor, ada: People["ada"]): Promise<void> {
  await untilAnswered(state, async () => {
    const { headers } = requireProcess(await admin.get("/profile"));
    if (!headers.location?.startsWith("/login")) return true;
    const { status } = await send(admin, "/login", { email: ada.email, password });
    return status === 303;
  });
}

/** By its message, because supertest drops the code of some errors. */
function isGone(error: unknown): boolean {
  return /502 Bad Gateway|ECONNREFUSED|ECONNRESET|EPIPE|hang up|aborted|fetch failed|terminated/.test(String(error));
}

/** @throws Error if a proxy has no process to ask */
function requireProcess<T extends { status: number }>(answer: T): T {
  if (answer.status === 502) throw new Error("502 Bad Gateway");
  return answer;
}

async function open(admin: Visitor, path: string): Promise<string> {
  return requireProcess(await admin.get(path)).text;
}

/** Sends the form of an open page, or of the one at the path. */
async function send(admin: Visitor, path: string, fields: Record<string, string>, page?: string) {
  const form = formFields(page ?? (await open(admin, path)));
  const { status, headers } = await admin.post(path, { ...form, ...fields });
  return { status, location: headers.location };
}

async function untilAnswered(state: StormState, ask: () => Promise<boolean>): Promise<void> {
  while (!state.isOver) {
    const isIn = await ask().catch((error) => {
      if (!isGone(error)) throw error;
      return false;
    });
    if (isIn) return;
    await pause(50);
  }
}

type Wish = { state: StormState; admin: Visitor; name: string };
type User = { id: string; email: string };

/** Notes the change before it is sent, and notes that it was done when the answer says so. */
async function ask(
  { state }: Wish,
  wished: Omit<Change, "isAcknowledged">,
  send: () => Promise<{ status: number; location?: string | undefined }>,
): Promise<string | undefined> {
  const noted: Change = { ...wished, isAcknowledged: false };
  state.changes.push(noted);
  const { status, location } = await send().catch((error: unknown) => {
    // The request never arrived.
    if (String(error).includes("ECONNREFUSED")) state.changes.splice(state.changes.indexOf(noted), 1);
    throw error;
  });
  requireProcess({ status });
  const isDone = status === 200 || (status === 303 && !location?.startsWith("/login"));
  if (isDone) noted.isAcknowledged = true;
  else if (status === 507) state.refused++;
  else state.surprises.push(`${wished.action} of ${wished.email}: ${status} ${location ?? ""}`);
  return isDone ? location : undefined;
}

async function create(wish: Wish, email: string): Promise<string | undefined> {
  const { admin, name } = wish;
  const form = { firstName: name, lastName: "Storm", email, role: "member", password, confirmPassword: password };
  const location = await ask(wish, { action: "user.created", email, field: "email", value: email }, () =>
    send(admin, "/admin/managers/new", form),
  );
  return /^\/admin\/managers\/(\d+)/.exec(location ?? "")?.[1];
}

/** Deactivates someone who is not changed any more, then erases them. */
async function erase(wish: Wish, { id, email }: User): Promise<void> {
  const path = `/admin/managers/${id}`;
  const page = await open(wish.admin, `${path}/status`);
  if (page.includes(">Deactivate</button>")) {
    const change = { action: "status.updated", email, field: "status", value: "inactive" } as const;
    await ask(wish, change, () => send(wish.admin, `${path}/status`, {}, page));
  }
  await ask(wish, { action: "user.erased", email, field: "email", value: "", id }, () =>
    send(wish.admin, `${path}/erase`, { email, ownPassword: password }),
  );
}

const changes: ((wish: Wish, user: User) => Promise<unknown>)[] = [
  (wish, { id, email }) =>
    ask(wish, { action: "personal-information.updated", email, field: "firstName", value: wish.name }, () =>
      send(wish.admin, `/admin/managers/${id}/personal-information`, { firstName: wish.name }),
    ),
  async (wish, { id, email }) => {
    const path = `/admin/managers/${id}/role`;
    const page = await open(wish.admin, path);
    // Another role than the current one, because the same again writes no row.
    const role = formFields(page).role === "member" ? "manager" : "member";
    await ask(wish, { action: "role.updated", email, field: "role", value: role }, () =>
      send(wish.admin, path, { role }, page),
    );
  },
  async (wish, { id, email }) => {
    const path = `/admin/managers/${id}/status`;
    const page = await open(wish.admin, path);
    const value = page.includes(">Deactivate</button>") ? "inactive" : "active";
    await ask(wish, { action: "status.updated", email, field: "status", value }, () =>
      send(wish.admin, path, {}, page),
    );
  },
  async (wish, { id, email }) => {
    const { url, key } = wish.state;
    const address = `${url}/api/v1/users/${id}`;
    const found = requireProcess(await fetch(address, { headers: { "X-API-Key": key } }));
    const headers = {
      "X-API-Key": key,
      "Content-Type": "application/json",
      "If-Match": found.headers.get("ETag") ?? "",
    };
    const body = JSON.stringify({ firstName: wish.name });
    await ask(
      wish,
      { action: "personal-information.updated", email, field: "firstName", value: wish.name },
      async () => {
        const { status } = await fetch(address, { method: "PATCH", headers, body });
        return { status };
      },
    );
  },
];
