import { z } from "zod";
import { listActivity as findActivity } from "../audit/queries.ts";
import { FormRefused } from "../web/form.ts";
import { decodePosition, encodePosition } from "../web/paging.ts";
import { type Operation, operation } from "./operation.ts";
import { activityResource, activitySchema, listQuery, listSchema } from "./resources.ts";

export const listActivity: Operation = operation({
  summary: "Who changed what, newest first",
  query: z.object({
    user: z
      .string()
      .regex(/^[1-9]\d{0,8}$/, "Use the id of a user")
      .transform(Number)
      .optional()
      .meta({ description: "Only what concerned this user", shownAs: { type: "integer", minimum: 1 }, example: 7 }),
    ...listQuery,
  }),
  answers: {
    200: {
      description: "A page of history",
      schema: listSchema(activitySchema, "ActivityList"),
      example: {
        data: [
          {
            id: 12,
            at: "2026-03-04T08:05:00.000Z",
            action: "role.updated",
            actor: { kind: "user", user: { id: 1, name: "Ada Lovelace" }, key: null },
            subject: { id: 7, name: "Zoë O'Neill" },
            changes: { role: { before: "member", after: "manager" } },
          },
        ],
        nextCursor: null,
      },
    },
  },
  handle: async ({ deps, caller, query: { user, limit, cursor } }) => {
    const before = cursor === undefined ? undefined : z.int().safeParse(decodePosition(cursor)).data;
    if (cursor !== undefined && before === undefined)
      throw new FormRefused({ cursor: "Use nextCursor of an earlier answer as it is" });
    const found = await findActivity(deps.db, caller.owner.organizationId, {
      subjectId: user,
      before,
      limit: limit + 1,
    });
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return {
      status: 200,
      body: {
        data: rows.map(activityResource),
        nextCursor: found.length > limit && last ? encodePosition(last.id) : null,
      },
    };
  },
});
