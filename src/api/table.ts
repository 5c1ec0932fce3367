import type { Action, Feature } from "../roles/roles.ts";
import { listActivity } from "./activity.ts";
import { checkPermission, listRoles, me } from "./me.ts";
import type { Operation } from "./operation.ts";
import { activateUser, deactivateUser, deletePhoto, deleteUserKey, listUserKeys, putPhoto } from "./user-parts.ts";
import { listUsers, patchUser, postUser, readUser } from "./users.ts";

/** What the owner's role must allow, besides the key's scope; "any" for what every role may ask. */
export type Needs = "any" | `${Feature}:${Action}`;

export type ApiRoute = {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Under /api/v1, with :parameters. */
  path: string;
  needs: Needs;
  operation: Operation;
};

const route = (method: ApiRoute["method"], path: string, needs: Needs, operation: Operation): ApiRoute => ({
  method,
  path,
  needs,
  operation,
});

/** Every operation of the API, on one screen. All but "get" need a key that may write. */
export const apiTable: ApiRoute[] = [
  route("get", "/me", "any", me),
  route("get", "/permissions/check", "any", checkPermission),
  route("get", "/roles", "any", listRoles),
  route("get", "/users", "users:view", listUsers),
  route("post", "/users", "users:edit", postUser),
  route("get", "/users/:id", "users:view", readUser),
  route("patch", "/users/:id", "users:edit", patchUser),
  route("put", "/users/:id/photo", "users:edit", putPhoto),
  route("delete", "/users/:id/photo", "users:edit", deletePhoto),
  route("post", "/users/:id/activate", "users:edit", activateUser),
  route("post", "/users/:id/deactivate", "users:edit", deactivateUser),
  route("get", "/users/:id/api-keys", "users:view", listUserKeys),
  route("delete", "/users/:id/api-keys/:keyId", "users:edit", deleteUserKey),
  route("get", "/activity", "users:view", listActivity),
];
