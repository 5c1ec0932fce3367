import { revokeKeyOf } from "../api-keys/changes.ts";
import { findKey, listKeys } from "../api-keys/queries.ts";
import { resendInvitation, showInvitationLink } from "../invitations/changes.ts";
import { parseId } from "../platform/ids.ts";
import { ValidationError } from "../roles/errors.ts";
import { changeUser } from "../users/changes.ts";
import { requireUser } from "../users/queries.ts";
import { removePhoto, setPhoto } from "../users/save-photo.ts";
import { words } from "../words/words.ts";
import { type Call, type Operation, operation } from "./operation.ts";
import { Problem } from "./problems.ts";
import { exampleUser, invitedUserSchema, keyResource, keySchema, listSchema } from "./resources.ts";
import { answerWith, deliveryOf, subjectUser } from "./users.ts";

// The parts of a user: status, photo and keys.

const exampleInvited = { ...exampleUser, invitedUntil: "2026-03-11T08:01:12.345Z", lastLoginAt: null };
const done = { 204: { description: "Done" } };

const statusOperation = (status: "active" | "inactive", words: { summary: string; description: string }): Operation =>
  operation({
    ...words,
    responses: done,
    find: subjectUser,
    handle: async ({ deps, actor, subject }) => {
      await changeUser(deps, { actor, user: subject, fields: { status } });
      return { status: 204 };
    },
  });

export const activateUser = statusOperation("active", {
  summary: "Activate a user",
  description: "The user can log in again, and their keys work again. A key cannot activate an Admin.",
});
export const deactivateUser = statusOperation("inactive", {
  summary: "Deactivate a user",
  description:
    "Ends the user's sessions, reset links and invitation, and pauses their keys. You cannot deactivate the last active Admin or the key's owner.",
});

export const inviteAgain: Operation = operation({
  summary: "Send a user's invitation again",
  description:
    "Creates another link, which works for 7 days; earlier ones still work until one is used. At most 10 an hour for each user. Only for a user who was invited and has not chosen a password yet. A key cannot do this for an Admin.",
  responses: {
    200: { description: "The user", schema: invitedUserSchema, example: exampleInvited, headers: ["ETag"] },
  },
  find: subjectUser,
  handle: async ({ deps, actor, subject }) => {
    const by = { actor, user: subject };
    const isMailed = deliveryOf(deps) === "mail";
    const link = isMailed ? await resendInvitation(deps, by) : await showInvitationLink(deps, by);
    return answerWith(200, await requireUser(deps.db, subject.organizationId, subject.id), link ?? undefined);
  },
});

export const putPhoto: Operation = operation({
  summary: "Set a user's photo",
  description: "Roster rotates the photo upright, crops it to a square and removes its metadata.",
  file: { types: ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"], maxBytes: 5 * 1024 * 1024 },
  responses: done,
  find: subjectUser,
  handle: async ({ deps, actor, subject, file }) => {
    if (!(await setPhoto(deps, { actor, user: subject, file })))
      throw new ValidationError({ form: words().photo.unreadable });
    return { status: 204 };
  },
});

export const deletePhoto: Operation = operation({
  summary: "Remove a user's photo",
  responses: done,
  find: subjectUser,
  handle: async ({ deps, actor, subject }) => {
    await removePhoto(deps, { actor, user: subject });
    return { status: 204 };
  },
});

export const listUserKeys: Operation = operation({
  summary: "List a user's API keys",
  description: "Active keys come first; revoked and expired keys are included.",
  responses: {
    200: {
      description: "The keys",
      schema: listSchema(keySchema, "ApiKeyList"),
      example: {
        data: [
          {
            id: 3,
            name: "Key 1",
            start: "roster_Ab3d",
            scope: "read",
            createdAt: "2026-03-03T10:00:00.000Z",
            expiresAt: "2026-06-01T10:00:00.000Z",
            lastUsedAt: null,
            revokedAt: null,
          },
        ],
        nextCursor: null,
      },
    },
  },
  find: subjectUser,
  handle: async ({ deps, subject }) => ({
    status: 200,
    body: { data: (await listKeys(deps.db, subject.id)).map(keyResource), nextCursor: null },
  }),
});

export const deleteUserKey: Operation = operation({
  summary: "Revoke a user's API key",
  responses: done,
  find: async (call: Call) => {
    const user = await subjectUser(call);
    const id = parseId(call.req.params.keyId);
    const key = id === undefined ? undefined : await findKey(call.deps.db, user.id, id);
    if (!key) throw new Problem("not-found");
    return { user, key };
  },
  handle: async ({ deps, actor, subject }) => {
    await revokeKeyOf(deps, { actor, ...subject });
    return { status: 204 };
  },
});
