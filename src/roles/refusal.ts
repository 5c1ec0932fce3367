// Why something is not done, said by rules and changes alike to pages, API and commands, which translate it at their edge:
// web/form.ts and web/errors.ts, api/problems.ts, cli/main.ts.

/** A message for each field's name; the name "form" is for what concerns the form as a whole. */
export type FieldErrors = Record<string, string>;

/** What was asked for cannot be (address taken, last Admin): an error beside the field, 422, or a command's one line. */
export class Refusal extends Error {
  readonly errors: FieldErrors;
  /** @param why by field, or of the whole */
  constructor(why: FieldErrors | string) {
    const errors = typeof why === "string" ? { form: why } : why;
    super(Object.values(errors).join(" "));
    this.errors = errors;
  }
}

/** Somebody else changed this since it was looked at: 409 with both values, 412 in the API. */
export class Conflict extends Error {
  /** What is saved now, by field; only those that differ from what the form was opened with need to be there. */
  readonly theirs: Record<string, string>;
  /** Sent with the next try, which then knowingly overwrites. */
  readonly version: number;
  constructor({ theirs, version }: { theirs: Record<string, string>; version: number }) {
    super("changed by somebody else");
    this.theirs = theirs;
    this.version = version;
  }
}

/** It does not exist, or not for who asks (404). */
export class NotFound extends Error {}

/** Somebody known was refused what they may not have (403); history tells of it. */
export class AccessDenied extends Error {}

/** An API key asked for what only a person may do (403). */
export class ForPeopleOnly extends Error {}

/** Not now: past a limit of tries (429), with the words for it. */
export class TooManyAttempts extends Error {
  /** When to try again. */
  readonly seconds: number;
  constructor(message: string, seconds: number) {
    super(message);
    this.seconds = seconds;
  }
}

/** Not now: too many others wait for the same work (503). */
export class Busy extends Error {
  readonly seconds = 10;
}

/** Whoever asked has gone away meanwhile, and the work was not begun (408). */
export class RequestAborted extends Error {}
