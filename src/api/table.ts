import type { Permission } from "../roles/roles.ts";
import { listActivity } from "./activity.ts";
import { checkPermission, listRoles, me } from "./me.ts";
import type { Operation } from "./operation.ts";
import {
  activateUser,
  deactivateUser,
  deletePhoto,
  deleteUserKey,
  inviteAgain,
  listUserKeys,
  putPhoto,
} from "./user-parts.ts";
import { listUsers, patchUser, postUser, readUser } from "./users.ts";

/** Whose key can use it, in addition to its scope: any "user"'s, or one whose role has the permission. */
type Access = "user" | Permission;
export type ApiRoute = {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Under /api/v1, with :parameters. */
  path: string;
  access: Access;
  operation: Operation;
  /** Whether an application's own key can use it. */
  forApplications?: true;
};

const forApplications = { forApplications: true } as const;
const route = (
  method: ApiRoute["method"],
  path: string,
  access: Access,
  operation: Operation,
  more?: typeof forApplications,
): ApiRoute => ({ method, path, access, operation, ...more });

/** Every operation of the API. All except "get" need a key that can write. */
export const apiTable: ApiRoute[] = [
  route("get", "/me", "user", me),
  route("get", "/permissions/check", "user", checkPermission),
  route("get", "/roles", "user", listRoles, forApplications),
  route("get", "/users", "users:view", listUsers, forApplications),
  route("post", "/users", "users:edit", postUser),
  route("get", "/users/:id", "users:view", readUser, forApplications),
  route("patch", "/users/:id", "users:edit", patchUser),
  route("put", "/users/:id/photo", "users:edit", putPhoto),
  route("delete", "/users/:id/photo", "users:edit", deletePhoto),
  route("post", "/users/:id/activate", "users:edit", activateUser),
  route("post", "/users/:id/deactivate", "users:edit", deactivateUser),
  route("post", "/users/:id/invitation", "users:edit", inviteAgain),
  route("get", "/users/:id/api-keys", "users:view", listUserKeys),
  route("delete", "/users/:id/api-keys/:keyId", "users:edit", deleteUserKey),
  route("get", "/activity", "users:view", listActivity),
];
