// What the bench knows of the users that it makes (data.ts).

/** The first user is an Admin; everybody's password is the same one. */
export const admin = { firstName: "Ada", lastName: "Lovelace", email: "ada@example.com" };
export const password = "violet-otter-tramway-49";
/** For bcrypt: the salt is given, so that the hash is the same in every file. */
export const passwordHash: [data: string, salt: string] = [password, "$2b$12$theSaltOfEveryBenchX.u"];
/** The Admin's API key; it opens nothing but a bench's data file. */
export const benchKey = "roster_6UeRqDp14mxhTGxrQ14eZPYjGSH6mT33FFtF";
