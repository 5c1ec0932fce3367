/** What can be wrong with a password and its confirmation, and the errors that every page shows for it. */
export const passwordFaults: [string, Record<"password" | "confirmPassword", string>, Record<string, string>][] = [
  [
    "no password",
    { password: "", confirmPassword: "" },
    { password: "Enter a password", confirmPassword: "Type the password again" },
  ],
  [
    "too short a password",
    { password: "vK9#qL2$wX7!pz", confirmPassword: "vK9#qL2$wX7!pz" },
    { password: "The password is too short; use at least 15 characters" },
  ],
  [
    "too long a password",
    { password: "vK9#qL2$wX7!pzM".repeat(5), confirmPassword: "vK9#qL2$wX7!pzM".repeat(5) },
    { password: "The password is too long; use at most 72 characters, fewer if they have accents or are not Latin" },
  ],
  [
    "a weak password",
    { password: "aaaaaaaaaaaaaaaaaaaa", confirmPassword: "aaaaaaaaaaaaaaaaaaaa" },
    {
      password:
        "This password is too easy to guess. Repeated characters like “aaa” are easy to guess. Four or more unrelated words make a strong one.",
    },
  ],
  [
    "a short password and a different confirmation",
    { password: "vK9#qL2$wX7!pz", confirmPassword: "vK9#qL2$wX7!p" },
    {
      password: "The password is too short; use at least 15 characters",
      confirmPassword: "The passwords don’t match",
    },
  ],
  [
    "a short password without confirmation",
    { password: "vK9#qL2$wX7!pz", confirmPassword: "" },
    { password: "The password is too short; use at least 15 characters", confirmPassword: "Type the password again" },
  ],
  [
    "two different passwords",
    { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle " },
    { confirmPassword: "The passwords don’t match" },
  ],
];
