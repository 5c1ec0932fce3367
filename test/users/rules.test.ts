import { describe, expect, test } from "@jest/globals";
import type { Status } from "../../src/roles/people.ts";
import type { Role } from "../../src/roles/roles.ts";
import { deactivationError, roleChangeError } from "../../src/users/rules.ts";

const lastAdmin = "This is the only active Admin of the organization. Make someone else an Admin first.";
const ownRole = "You can’t remove your own Admin role. Ask another Admin to do it.";
const ownStatus = "You can’t deactivate yourself. Ask another Admin to do it.";
const operator = undefined;

const person = (role: Role, status: Status | "invited" = "active") => ({
  id: 1,
  role,
  status: status === "invited" ? "active" : status,
  invitedUntil: status === "invited" ? "2026-03-04T08:05:00.000Z" : null,
});

describe("by the rules for changing a role,", () => {
  test.each<[string, Role, Status | "invited", Role, number | undefined, number, string | undefined]>([
    ["one of two Admins can be demoted by the other", "admin", "active", "member", 2, 2, undefined],
    ["one of two Admins can be demoted by the operator", "admin", "active", "manager", operator, 2, undefined],
    ["the last Admin cannot be demoted by another user", "admin", "active", "member", 2, 1, lastAdmin],
    ["the last Admin cannot be demoted by the operator", "admin", "active", "member", operator, 1, lastAdmin],
    ["the last Admin cannot demote themselves", "admin", "active", "manager", 1, 1, lastAdmin],
    ["no Admin can demote themselves", "admin", "active", "manager", 1, 2, ownRole],
    ["the last Admin can be saved as an Admin", "admin", "active", "admin", 1, 1, undefined],
    ["an inactive Admin can be demoted if there is one active Admin", "admin", "inactive", "member", 2, 1, undefined],
    ["an invited Admin can be demoted if there is one active Admin", "admin", "invited", "member", 2, 1, undefined],
    ["a Member can become an Admin", "member", "active", "admin", 2, 1, undefined],
    ["a Manager can become a Member", "manager", "active", "member", 2, 1, undefined],
    ["a Member's own change is not about the last Admin", "member", "active", "manager", 1, 1, undefined],
  ])("%s", (_title, role, status, to, actorId, activeAdmins, reason) => {
    expect(roleChangeError({ user: person(role, status), to, actorId, activeAdmins })).toBe(reason);
  });
});

describe("by the rules for deactivating,", () => {
  test.each<[string, Role, Status | "invited", number | undefined, number, string | undefined]>([
    ["a Member can be deactivated by an Admin", "member", "active", 2, 1, undefined],
    ["one of two Admins can be deactivated by the other", "admin", "active", 2, 2, undefined],
    ["the last Admin cannot be deactivated by another user", "admin", "active", 2, 1, lastAdmin],
    ["the last Admin cannot be deactivated by the operator", "admin", "active", operator, 1, lastAdmin],
    ["an invited Admin can be deactivated if there is one active Admin", "admin", "invited", 2, 1, undefined],
    ["no Admin can deactivate themselves", "admin", "active", 1, 2, ownStatus],
    ["no Member can deactivate themselves", "member", "active", 1, 1, ownStatus],
    ["an inactive user can be saved as inactive", "admin", "inactive", 1, 0, undefined],
  ])("%s", (_title, role, status, actorId, activeAdmins, reason) => {
    expect(deactivationError({ user: person(role, status), actorId, activeAdmins })).toBe(reason);
  });
});
