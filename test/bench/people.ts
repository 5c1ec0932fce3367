// What the bench knows about the users that it makes (data.ts).

/** The first user is an Admin. All have the same password. */
export const admin = { firstName: "Ada", lastName: "Lovelace", email: "ada@example.com" };
export const password = "violet-otter-tramway-49";
/** For bcrypt: a fixed salt, so that the hash is the same in every file. */
export const passwordHash: [data: string, salt: string] = [password, "$2b$12$theSaltOfEveryBenchX.u"];
/** The Admin's API key, which only works in a bench's data file. */
export const benchKey = "roster_6UeRqDp14mxhTGxrQ14eZPYjGSH6mT33FFtF";
