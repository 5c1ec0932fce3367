import type { Request, RequestHandler, Response } from "express";
import type { z } from "zod";
import { idOf } from "../platform/ids.ts";
import { Conflict, type FieldErrors, NotFound, Refusal, TooManyAttempts } from "../roles/refusal.ts";
import { headersOf } from "./errors.ts";
import { setNotice } from "./notice.ts";
import { render } from "./render.ts";

export type Values = Record<string, string>;

/** Stands between a form without faults and its save, with a page of its own that brings the form's fields back. */
export type Reauthentication = {
  /** Puts back into the body what that page kept of it. */
  restore: (req: Request) => void;
  /** Whether to save now; if not, it has answered. `secret`: the fields that no page shows. */
  isSatisfied: (req: Request, res: Response, form: { secret: readonly string[] }) => Promise<boolean>;
};

type Saved = { to: string; notice?: string } | "answered";

export type FormPage<Context, Schema extends z.ZodObject> = {
  view: string;
  /** In the language of the request. */
  title: string | (() => string);
  schema: Schema;
  /** Finds what the page is about, or throws NotFound. */
  open: (req: Request, res: Response) => Promise<Context> | Context;
  /** What the form shows when it is opened, by field. */
  values: (context: Context) => Values;
  /** Fields that never come back to the browser. */
  secret?: readonly string[];
  /**
   * Faults that the schema cannot see (password strength, two fields that must agree); told along with its own. Fields that
   * the schema has refused are empty.
   */
  validate?: (values: Values, context: Context) => Promise<FieldErrors>;
  /** What else the view shows. */
  page?: (context: Context, req: Request) => object | Promise<object>;
  /** What a save has to pass first (auth/confirmation.ts). */
  reauthentication?: Reauthentication;
  /** Which saves the gate is for; all of them where nothing is said. */
  needsReauthentication?: (input: z.output<Schema>, context: Context) => boolean;
  /** Writes, and says where to go and what to say there. "answered": it has sent a page of its own. */
  save: (input: z.output<Schema>, context: Context, req: Request, res: Response) => Promise<Saved>;
};

/**
 * The handlers of a form that is shown and sent at one address. `stale` is for one whose token is good no longer: it
 * changes nothing, and says by `next()` that it has not answered.
 */
export type FormHandlers = { get: RequestHandler; post: RequestHandler; stale?: RequestHandler };

type Outcome = {
  status: number;
  values: Values;
  errors?: FieldErrors;
  theirs?: Values;
  headers?: Record<string, string>;
};

/** GET shows the form; POST parses, judges and saves it: 303 with a notice, or 422 (409, 429) with everything typed kept. */
export function formPage<Context, Schema extends z.ZodObject>(form: FormPage<Context, Schema>): FormHandlers {
  async function show(req: Request, res: Response, context: Context, outcome: Outcome): Promise<void> {
    const { status, values, errors = {}, theirs, headers = {} } = outcome;
    const failed = status !== 200;
    const title = typeof form.title === "string" ? form.title : form.title();
    const more = (await form.page?.(context, req)) ?? {};
    render(req, res.status(status).set(headers), form.view, {
      title,
      failed,
      ...more,
      values,
      errors,
      theirs,
    });
  }

  return {
    get: async (req, res) => {
      const context = await form.open(req, res);
      await show(req, res, context, { status: 200, values: form.values(context) });
    },

    post: async (req, res) => {
      const context = await form.open(req, res);
      form.reauthentication?.restore(req);
      const sent = sentValues(req, form.schema);
      const kept = Object.fromEntries(Object.entries(sent).filter(([name]) => !form.secret?.includes(name)));
      const parsed = form.schema.safeParse(req.body ?? {});
      const faults = schemaErrors(parsed.error);
      // What is too long for its schema goes no further.
      const sound = Object.fromEntries(Object.entries(sent).map(([name, text]) => [name, name in faults ? "" : text]));
      const errors = inOrder(form.schema, { ...(await form.validate?.(sound, context)), ...faults });
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
        // What is now true may differ from what was found at first: the page is made of fresh facts.
        await show(req, res, await form.open(req, res), outcome);
      }
    },
  };
}

function refusal(error: unknown, kept: Values): Outcome | undefined {
  if (error instanceof Refusal) return { status: 422, values: kept, errors: error.errors };
  if (error instanceof Conflict) {
    return { status: 409, values: { ...kept, version: String(error.version) }, theirs: error.theirs };
  }
  // Past a limit of tries the page's own links are the way out.
  if (error instanceof TooManyAttempts)
    return { status: 429, values: kept, errors: { form: error.message }, headers: headersOf(error) };
  return undefined;
}

/** What was sent for the schema's own fields; a repeated or nested field counts as empty. */
function sentValues(req: Request, schema: z.ZodObject): Values {
  const body: Record<string, unknown> = req.body ?? {};
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return Object.fromEntries(Object.keys(schema.shape).map((name) => [name, text(body[name])]));
}

/** As the fields stand on the page, whoever found the fault. */
function inOrder(schema: z.ZodObject, errors: FieldErrors): FieldErrors {
  const names = [...Object.keys(schema.shape), "form"];
  return Object.fromEntries(names.flatMap((name) => (errors[name] === undefined ? [] : [[name, errors[name]]])));
}

/** The first message for each field. */
function schemaErrors(error: z.ZodError | undefined): FieldErrors {
  const errors: FieldErrors = {};
  for (const issue of error?.issues ?? []) errors[String(issue.path[0] ?? "form")] ??= issue.message;
  return errors;
}

/** The id in an address. @throws NotFound */
export function idParam(req: Request, name = "id"): number {
  const id = idOf(req.params[name]);
  if (id === undefined) throw new NotFound();
  return id;
}
