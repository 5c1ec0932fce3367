/** Why sessions end that nobody asked to end, with the text for history. */
export const endReasons = {
  password: "new password",
  deactivation: "user deactivated",
  "second-factor": "second factor set up",
  "log-in": "another log-in in the same browser",
  idle: "not used for too long",
  age: "open for as long as a session may be",
} as const;

export type EndReason = keyof typeof endReasons;
