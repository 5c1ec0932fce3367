import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { parseId } from "../platform/ids.ts";
import { Conflict, type FieldErrors, NotFound, TooManyAttempts, ValidationError } from "../roles/errors.ts";
import { headersOf } from "./errors.ts";
import { setNotice } from "./notice.ts";
import { render } from "./render.ts";

export type Values = Record<string, string>;

/** Runs between a valid form and its save, and shows its own page, which sends the form's fields again. */
export type Reauthentication = {
  /** Puts the fields that its page sealed back into the body. */
  restore: (req: Request) => void;
  /** Whether this is the logged-in user's password, for a page that always asks for it. @throws TooManyAttempts or Busy */
  confirm: (req: Request, password: string) => Promise<boolean>;
  /** Whether to save now; if not, it has sent a response. `secret`: the fields that no page shows. */
  isSatisfied: (req: Request, res: Response, form: { secret: readonly string[] }) => Promise<boolean>;
};

type Saved = { to: string; notice?: string } | "answered";

export type FormPage<Context, Schema extends z.ZodObject> = {
  view: string;
  title: string | (() => string);
  /** None: the form has no fields, only a button. */
  schema?: Schema;
  /** Finds what the page is about, or throws NotFound. */
  open: (req: Request, res: Response) => Promise<Context> | Context;
  /** The form's initial values, by field; all empty by default. */
  values?: (context: Context) => Values;
  /** Fields that are never sent back to the browser. */
  secret?: readonly string[];
  /**
   * Errors that the schema cannot find (password strength, two fields that must match); shown together with the
   * schema's. Fields that the schema has refused are empty.
   */
  validate?: (values: Values, context: Context) => Promise<FieldErrors>;
  /** Everything else that the view shows. */
  page?: (context: Context, req: Request) => object | Promise<object>;
  /** What a save must pass first (auth/confirmation.ts). */
  reauthentication?: Reauthentication;
  /** Which saves need it; all of them by default. */
  needsReauthentication?: (input: z.output<Schema>, context: Context) => boolean;
  /** Saves, and returns where to go and what to say there; "answered" if it has sent its own page. */
  save: (input: z.output<Schema>, context: Context, req: Request, res: Response) => Promise<Saved>;
};

/**
 * The handlers of a form with one address. `stale` handles a form whose token has expired: it changes nothing, and
 * calls `next()` if it sends no response.
 */
export type FormHandlers = { get: RequestHandler; post: RequestHandler; stale?: RequestHandler };

const empty = z.object({});

type Outcome = {
  status: number;
  values: Values;
  errors?: FieldErrors;
  theirs?: Values;
  headers?: Record<string, string>;
};

/**
 * GET shows the form. POST parses, validates and saves it: 303 with a notice, or 422 (409, 429) with all input kept.
 */
export function formPage<Context, Schema extends z.ZodObject = typeof empty>(
  form: FormPage<Context, Schema>,
): FormHandlers {
  const schema = (form.schema ?? empty) as Schema;

  async function show(req: Request, res: Response, context: Context, outcome: Outcome): Promise<void> {
    const { status, values, errors = {}, theirs, headers = {} } = outcome;
    const failed = status !== 200;
    const title = typeof form.title === "string" ? form.title : form.title();
    const more = (await form.page?.(context, req)) ?? {};
    render(req, res.status(status).set(headers), form.view, {
      title,
      failed,
      // w3m sends a form without an action to the address without its query.
      formAddress: req.originalUrl,
      ...more,
      values,
      errors,
      theirs,
    });
  }

  return {
    get: async (req, res) => {
      const context = await form.open(req, res);
      await show(req, res, context, { status: 200, values: form.values?.(context) ?? {} });
    },

    post: async (req, res) => {
      const context = await form.open(req, res);
      form.reauthentication?.restore(req);
      const sent = sentValues(req, schema);
      const kept = Object.fromEntries(Object.entries(sent).filter(([name]) => !form.secret?.includes(name)));
      const parsed = schema.safeParse(req.body ?? {});
      const faults = schemaErrors(parsed.error);
      // Text that is too long for its schema goes no further.
      const sound = Object.fromEntries(Object.entries(sent).map(([name, text]) => [name, name in faults ? "" : text]));
      const errors = inOrder(schema, { ...(await form.validate?.(sound, context)), ...faults });
      if (!parsed.success || Object.keys(errors).length > 0)
        return show(req, res, context, { status: 422, values: kept, errors });
      const { data: input } = parsed;
      const gate = form.needsReauthentication?.(input, context) === false ? undefined : form.reauthentication;
      if (gate && !(await gate.isSatisfied(req, res, { secret: form.secret ?? [] }))) return;
      try {
        const saved = await form.save(input, context, req, res);
        if (saved === "answered") return;
        if (saved.notice) setNotice(req, res, saved.notice);
        res.redirect(303, saved.to);
      } catch (error) {
        const outcome = refusal(error, kept);
        if (!outcome) throw error;
        // Things may have changed since the first read, so the page uses fresh data.
        await show(req, res, await form.open(req, res), outcome);
      }
    },
  };
}

function refusal(error: unknown, kept: Values): Outcome | undefined {
  if (error instanceof ValidationError) return { status: 422, values: kept, errors: error.errors };
  if (error instanceof Conflict) {
    return { status: 409, values: { ...kept, version: String(error.version) }, theirs: error.theirs };
  }
  // Past a limit of tries, the page's own links are the way out.
  if (error instanceof TooManyAttempts)
    return { status: 429, values: kept, errors: { form: error.message }, headers: headersOf(error) };
  return undefined;
}

/** Values of the schema's own fields; a repeated or nested field counts as empty. */
function sentValues(req: Request, schema: z.ZodObject): Values {
  const body: Record<string, unknown> = req.body ?? {};
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return Object.fromEntries(Object.keys(schema.shape).map((name) => [name, text(body[name])]));
}

/** In the order of the fields on the page, regardless of which check found the error. */
function inOrder(schema: z.ZodObject, errors: FieldErrors): FieldErrors {
  const names = [...Object.keys(schema.shape), "form"];
  return Object.fromEntries(names.flatMap((name) => (errors[name] === undefined ? [] : [[name, errors[name]]])));
}

function schemaErrors(error: z.ZodError | undefined): FieldErrors {
  const errors: FieldErrors = {};
  for (const issue of error?.issues ?? []) errors[String(issue.path[0] ?? "form")] ??= issue.message;
  return errors;
}

/** The ID in an address. @throws NotFound */
export function idParam(req: Request, name = "id"): number {
  const id = parseId(req.params[name]);
  if (id === undefined) throw new NotFound();
  return id;
}
