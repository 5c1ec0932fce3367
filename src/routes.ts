import type { RequestHandler } from "express";
import { exportActivity } from "./activity/export.ts";
import { activityPage } from "./activity/list.ts";
import { undoPage } from "./activity/undo.ts";
import { exportKeys } from "./api-keys/export.ts";
import { generateKey } from "./api-keys/generate.ts";
import { listKeysPage } from "./api-keys/list.ts";
import { countLiveKeys } from "./api-keys/queries.ts";
import { revokeKeyPage } from "./api-keys/revoke.ts";
import { revokeSelectedPage } from "./api-keys/revoke-selected.ts";
import { rotateKeyPage } from "./api-keys/rotate.ts";
import { addApplicationPage } from "./applications/add.ts";
import { editApplicationPage } from "./applications/edit.ts";
import { applicationPage, listApplicationsPage } from "./applications/list.ts";
import { generateApiKeyPage, revokeApiKeyPage, rotateSecretPage } from "./applications/secrets.ts";
import { applicationStatusPage } from "./applications/status.ts";
import { forgotPassword } from "./auth/forgot-password.ts";
import type { RouteAccess } from "./auth/guards.ts";
import { home } from "./auth/home.ts";
import { invitation } from "./auth/invitation.ts";
import { logIn } from "./auth/log-in.ts";
import { loggedOut, logOut } from "./auth/log-out.ts";
import { newPassword } from "./auth/new-password.ts";
import { resetPassword } from "./auth/reset-password.ts";
import { secondFactor } from "./auth/second-factor.ts";
import { setUp } from "./auth/setup.ts";
import type { Deps } from "./deps.ts";
import { groupActionPage } from "./groups/action.ts";
import { prepareGroup } from "./groups/prepare.ts";
import { failedLines } from "./imports/failed-lines.ts";
import { confirmEncoding, importPage } from "./imports/import.ts";
import { invitationLinks } from "./imports/links.ts";
import { csvFile, importTemplate, uploadPage } from "./imports/upload.ts";
import { inviteUser } from "./invitations/changes.ts";
import { copyInvitationLink, resendInvitationPage } from "./invitations/resend.ts";
import { continueToApplication } from "./oidc/continue.ts";
import { logOutOfApplications } from "./oidc/log-out.ts";
import { picturePath, showPicture } from "./oidc/picture.ts";
import { organizationPage } from "./organization/edit.ts";
import { firstStepsPage } from "./organization/first-steps.ts";
import { downloadPersonalData } from "./personal-data/download.ts";
import { erasePage } from "./personal-data/erase.ts";
import { endAccess, endAllSessions, endOneSession } from "./profile/end-sessions.ts";
import { ownLanguage } from "./profile/language.ts";
import { ownProfile } from "./profile/own-profile.ts";
import { ownPersonalInformation } from "./profile/personal-information.ts";
import { changeOwnPhoto, changeUserPhoto, ownPhotoPage } from "./profile/photo.ts";
import { userProfile } from "./profile/user-profile.ts";
import { profileView } from "./profile/user-profile-view.ts";
import { newRecoveryCodes } from "./second-factor/recovery-codes.ts";
import { removeFactor } from "./second-factor/remove.ts";
import { setUpFactor } from "./second-factor/set-up.ts";
import { turnOffFactor } from "./second-factor/turn-off.ts";
import { confirmEmailPage } from "./users/confirm-email.ts";
import { createUserPage } from "./users/create.ts";
import { editEndDate } from "./users/end-date.ts";
import { exportUsers } from "./users/export.ts";
import { listUsersPage } from "./users/list.ts";
import { editPassword } from "./users/password.ts";
import { editPersonalInformation } from "./users/personal-information.ts";
import { photoPage, showPhoto } from "./users/photo.ts";
import { editRole } from "./users/role.ts";
import { editStatus } from "./users/status.ts";
import { unlock } from "./users/unlock.ts";
import { anyUser, yourself } from "./users/user-page.ts";
import type { FormHandlers } from "./web/form.ts";
import { formFields } from "./web/form-body.ts";
import { onFirstRequest } from "./web/on-first-request.ts";
import { uploadedFile } from "./web/uploads.ts";

export type Route = {
  method: "get" | "post";
  path: string;
  access: RouteAccess;
  /** What reads the body of a POST; form fields by default. */
  body?: RequestHandler;
  /** What answers a form with an expired token, if it still leads somewhere. */
  stale?: RequestHandler | undefined;
  handlers: RequestHandler[];
};

const get = (path: string, access: RouteAccess, ...handlers: RequestHandler[]): Route => ({
  method: "get",
  path,
  access,
  handlers,
});
const post = (
  path: string,
  access: RouteAccess,
  handler: RequestHandler,
  body: RequestHandler = formFields(),
): Route => ({
  method: "post",
  path,
  access,
  body,
  handlers: [handler],
});
const form = (path: string, access: RouteAccess, handlers: FormHandlers, body?: RequestHandler): Route[] => [
  get(path, access, handlers.get),
  { ...post(path, access, handlers.post, body), stale: handlers.stale },
];

/** Every page and who can use it; api/table.ts has the API's addresses. */
export function routes(deps: Deps): Route[] {
  const user = "/admin/managers/:id";
  const application = "/admin/applications/:applicationId";
  const theirs = anyUser(deps.db);
  return [
    get("/", "user", home),
    ...form("/login", "anybody", logIn(deps)),
    { ...post("/logout", "anybody", logOut(deps)), stale: loggedOut },
    ...form("/second-factor", "anybody", secondFactor(deps)),
    ...form("/forgot-password", "anybody", forgotPassword(deps)),
    ...form("/reset-password/:token", "anybody", resetPassword(deps)),
    ...form("/invitation/:token", "anybody", invitation(deps)),
    ...form("/new-password", "new-password", newPassword(deps)),
    ...form("/setup", "anybody", setUp(deps)),
    get("/oidc/continue", "anybody", continueToApplication(deps)),
    get(picturePath, "anybody", showPicture(deps)),
    ...form("/oidc/log-out", "anybody", logOutOfApplications(deps)),
    get(
      "/api/docs",
      "anybody",
      onFirstRequest(async () => (await import("./api/docs.ts")).apiDocs(deps)),
    ),

    get("/admin/managers", "users:edit", listUsersPage(deps, prepareGroup)),
    get("/admin/managers/export.csv", "users:edit", exportUsers(deps)),
    ...form("/admin/managers/actions", "users:edit", groupActionPage(deps)),
    ...form("/admin/managers/import", "users:edit", uploadPage(deps), uploadedFile("file", csvFile)),
    get("/admin/managers/import/template.csv", "users:edit", importTemplate),
    ...form("/admin/managers/import/:importId", "users:edit", importPage(deps)),
    post("/admin/managers/import/:importId/encoding", "users:edit", confirmEncoding(deps)),
    post("/admin/managers/import/:importId/links", "users:edit", invitationLinks(deps)),
    get("/admin/managers/import/:importId/failed-lines.csv", "users:edit", failedLines(deps)),
    ...form("/admin/managers/new", "users:edit", createUserPage(deps, { inviteUser, profileView })),
    get(user, "users:edit", userProfile(deps)),
    get(`${user}/photo`, "users:edit", photoPage(deps)),
    post(`${user}/photo`, "users:edit", changeUserPhoto(deps), uploadedFile("photo")),
    ...form(`${user}/personal-information`, "users:edit", editPersonalInformation(deps)),
    ...form(`${user}/confirm-email`, "users:edit", confirmEmailPage(deps, theirs)),
    ...form(`${user}/role`, "users:edit", editRole(deps)),
    ...form(`${user}/password`, "users:edit", editPassword(deps)),
    ...form(`${user}/invitation`, "users:edit", resendInvitationPage(deps, profileView)),
    ...form(`${user}/invitation-link`, "users:edit", copyInvitationLink(deps, profileView)),
    ...form(`${user}/status`, "users:edit", editStatus(deps, countLiveKeys)),
    get(`${user}/personal-data.json`, "users:edit", downloadPersonalData(deps, theirs)),
    ...form(`${user}/erase`, "users:edit", erasePage(deps)),
    ...form(`${user}/end-date`, "users:edit", editEndDate(deps)),
    ...form(`${user}/unlock`, "users:edit", unlock(deps)),
    ...form(`${user}/second-factor`, "users:edit", removeFactor(deps)),
    ...form(`${user}/api-keys`, "users:edit", generateKey(deps, profileView)),
    ...form(`${user}/api-keys/:keyId/rotate`, "users:edit", rotateKeyPage(deps, profileView)),
    ...form(`${user}/api-keys/:keyId/revoke`, "users:edit", revokeKeyPage(deps, theirs)),
    post(`${user}/sessions/end`, "users:edit", endAllSessions(deps, theirs)),
    post(`${user}/sessions/:sessionName/end`, "users:edit", endOneSession(deps, theirs)),
    post(`${user}/applications/:applicationId/end`, "users:edit", endAccess(deps, theirs)),
    get("/admin/api-keys", "users:edit", listKeysPage(deps)),
    get("/admin/api-keys/export.csv", "users:edit", exportKeys(deps)),
    ...form("/admin/api-keys/revoke-selected", "users:edit", revokeSelectedPage(deps)),
    get("/admin/applications", "users:edit", listApplicationsPage(deps)),
    ...form("/admin/applications/new", "users:edit", addApplicationPage(deps)),
    get(application, "users:edit", applicationPage(deps)),
    ...form(`${application}/edit`, "users:edit", editApplicationPage(deps)),
    ...form(`${application}/status`, "users:edit", applicationStatusPage(deps)),
    ...form(`${application}/rotate-secret`, "users:edit", rotateSecretPage(deps)),
    ...form(`${application}/api-key`, "users:edit", generateApiKeyPage(deps)),
    ...form(`${application}/api-key/revoke`, "users:edit", revokeApiKeyPage(deps)),
    ...form("/admin/organization", "organization:edit", organizationPage(deps)),
    ...form("/admin/organization/first-steps", "users:edit", firstStepsPage(deps)),
    get("/admin/activity", "users:edit", activityPage(deps)),
    ...form("/admin/activity/:activityId/undo", "users:edit", undoPage(deps)),
    get("/admin/activity/export.csv", "users:edit", exportActivity(deps, "csv")),
    get("/admin/activity/export.jsonl", "users:edit", exportActivity(deps, "jsonLines")),

    get("/profile", "user", ownProfile(deps)),
    ...form("/profile/personal-information", "user", ownPersonalInformation(deps)),
    get("/profile/personal-data.json", "user", downloadPersonalData(deps, yourself)),
    ...form("/profile/language", "user", ownLanguage(deps)),
    ...form("/profile/confirm-email", "user", confirmEmailPage(deps, yourself)),
    ...form("/profile/api-keys/:keyId/revoke", "user", revokeKeyPage(deps, yourself)),
    post("/profile/sessions/end", "user", endAllSessions(deps, yourself)),
    post("/profile/sessions/:sessionName/end", "user", endOneSession(deps, yourself)),
    post("/profile/applications/:applicationId/end", "user", endAccess(deps, yourself)),
    ...form("/profile/second-factor", "second-factor", setUpFactor(deps)),
    ...form("/profile/second-factor/recovery-codes", "user", newRecoveryCodes(deps)),
    ...form("/profile/second-factor/turn-off", "user", turnOffFactor(deps)),
    get("/profile/photo", "user", ownPhotoPage),
    post("/profile/photo", "user", changeOwnPhoto(deps), uploadedFile("photo")),
    get("/photos/:id/:hash", "photo", showPhoto(deps, "large")),
    get("/photos/:id/:hash/small", "photo", showPhoto(deps, "small")),
  ];
}
