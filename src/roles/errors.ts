// Why something is refused. Rules and changes use these for pages, API and commands, which translate them at their
// edge: web/form.ts and web/errors.ts, api/problems.ts, cli/main.ts.

/** A message for each field's name; "form" is for the form as a whole. */
export type FieldErrors = Record<string, string>;

/** The request is not possible (email in use, last Admin): an error next to the field, 422, or a command's one line. */
export class ValidationError extends Error {
  readonly errors: FieldErrors;
  /** @param why by field, or for the whole form */
  constructor(why: FieldErrors | string) {
    const errors = typeof why === "string" ? { form: why } : why;
    super(Object.values(errors).join(" "));
    this.errors = errors;
  }
}

/** More than Roster accepts in one request (413). */
export class TooLarge extends Error {}

/** Someone else changed this after it was read: 409 with both values, 412 in the API. */
export class Conflict extends Error {
  /** The saved values by field; only those that differ from what the form was opened with are needed. */
  readonly theirs: Record<string, string>;
  /** Sent with the next try, which then overwrites on purpose. */
  readonly version: number;
  constructor({ theirs, version }: { theirs: Record<string, string>; version: number }) {
    super("changed by someone else");
    this.theirs = theirs;
    this.version = version;
  }
}

/** It does not exist, or not for this person (404). */
export class NotFound extends Error {}

/** A known person was refused access (403), which history records. */
export class AccessDenied extends Error {}

/** An API key asked for something that only people can do (403). */
export class ForPeopleOnly extends Error {}

/** Not now: past a limit of tries (429), with the message for it. */
export class TooManyAttempts extends Error {
  /** When to try again. */
  readonly seconds: number;
  constructor(message: string, seconds: number) {
    super(message);
    this.seconds = seconds;
  }
}

/** Not now: too many others are waiting for the same work (503). */
export class Busy extends Error {
  readonly seconds = 10;
}

/** The client disconnected before the work started (408). */
export class RequestAborted extends Error {}
