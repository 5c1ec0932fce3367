import { z } from "zod";
import { actionHint, actionNames, filterErrors, filterState, parseTime, timeHint } from "../activity/filter.ts";
import { listActivity as findActivity } from "../activity/list-queries.ts";
import { activityResource } from "../activity/resource.ts";
import { idNumber, idPattern } from "../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../web/paging.ts";
import { organizationOf } from "./authenticate.ts";
import { type Operation, operation } from "./operation.ts";
import { activitySchema, listQuery, listSchema } from "./resources.ts";

const userId = z.string().regex(idPattern, "Use the ID of a user").transform(Number).optional();
const idShown = { shownAs: { type: "integer", minimum: 1 }, example: 7 };

const momentAt = (edge: "start" | "end") =>
  z
    .string()
    .transform((text, context) => {
      const moment = parseTime(text, edge);
      if (moment === undefined) {
        context.addIssue(timeHint);
        return z.NEVER;
      }
      return moment;
    })
    .optional();
const momentShown = { shownAs: { type: "string" }, example: "2026-03-04" };

export const listActivity: Operation = operation({
  summary: "List changes, newest first",
  query: z.object({
    user: userId.meta({ ...idShown, description: "Only changes of this user" }),
    actor: userId.meta({ ...idShown, description: "Only changes by this user" }),
    key: z
      .string()
      .regex(idPattern, "Use the ID of an API key")
      .transform(Number)
      .optional()
      .meta({ ...idShown, description: "Only changes with this API key" }),
    action: z.enum(actionNames, actionHint).optional().meta({ description: "Only this action" }),
    from: momentAt("start").meta({ ...momentShown, description: "Only changes from this day (UTC) or time" }),
    to: momentAt("end").meta({
      ...momentShown,
      description: "Until the end of this day (UTC), or before this time",
    }),
    ...listQuery,
  }),
  responses: {
    200: {
      description: "A page of history",
      schema: listSchema(activitySchema, "ActivityList"),
      example: {
        data: [
          {
            id: 12,
            at: "2026-03-04T08:05:00.000Z",
            action: "role.updated",
            actor: { kind: "user", user: { id: 1, name: "Ada Lovelace" }, key: null, command: null },
            from: {
              address: "192.0.2.7",
              browser: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            },
            groupId: null,
            subject: { id: 7, name: "Zoë O'Neill" },
            changes: { role: { before: "member", after: "manager" } },
          },
        ],
        nextCursor: null,
      },
    },
  },
  validate: async ({ req: { query } }) => {
    const isWrong = typeof query.cursor === "string" && !idNumber.safeParse(decodeCursor(query.cursor)).success;
    return {
      ...filterErrors(filterState(query)),
      ...(isWrong && { cursor: "Use the nextCursor of an earlier response, unchanged" }),
    };
  },
  handle: async ({ deps, caller, query: { user, actor, key, action, from, to, limit, cursor } }) => {
    const before = cursor === undefined ? undefined : idNumber.safeParse(decodeCursor(cursor)).data;
    const found = await findActivity(deps.db, organizationOf(caller).id, {
      subjectId: user,
      actorId: actor,
      keyId: key,
      ...{ action, from, to },
      before,
      limit: limit + 1,
    });
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return {
      status: 200,
      body: {
        data: rows.map((row): z.infer<typeof activitySchema> => activityResource(row)),
        nextCursor: found.length > limit && last ? encodeCursor(last.id) : null,
      },
    };
  },
});
