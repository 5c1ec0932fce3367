import { describe, expect, test } from "@jest/globals";
import type { Status } from "../../src/roles/people.ts";
import type { Role } from "../../src/roles/roles.ts";
import { whyNotChangeRole, whyNotDeactivate } from "../../src/users/rules.ts";

const lastAdmin = "This is the only active Admin of the organization. Make somebody else an Admin first.";
const ownRole = "You cannot take the Admin role from yourself. Ask another Admin to do it.";
const oneself = "You cannot deactivate yourself. Ask another Admin to do it.";
const operator = undefined;

const person = (role: Role, status: Status = "active") => ({ id: 1, role, status });

describe("a role may be changed", () => {
  test.each<[string, Role, Status, Role, number | undefined, number, string | undefined]>([
    ["an Admin among two is demoted by another", "admin", "active", "member", 2, 2, undefined],
    ["an Admin among two is demoted by the operator", "admin", "active", "manager", operator, 2, undefined],
    ["the last Admin is not, by another", "admin", "active", "member", 2, 1, lastAdmin],
    ["the last Admin is not, by the operator", "admin", "active", "member", operator, 1, lastAdmin],
    ["the last Admin is not, by themselves", "admin", "active", "manager", 1, 1, lastAdmin],
    ["nobody demotes themselves", "admin", "active", "manager", 1, 2, ownRole],
    ["the last Admin may stay one", "admin", "active", "admin", 1, 1, undefined],
    ["an inactive Admin is demoted beside one active Admin", "admin", "inactive", "member", 2, 1, undefined],
    ["a Member is promoted", "member", "active", "admin", 2, 1, undefined],
    ["a Manager becomes a Member", "manager", "active", "member", 2, 1, undefined],
    ["a Member's own change takes no Admin away", "member", "active", "manager", 1, 1, undefined],
  ])("%s", (_title, role, status, to, actorId, activeAdmins, reason) => {
    expect(whyNotChangeRole({ user: person(role, status), to, actorId, activeAdmins })).toBe(reason);
  });
});

describe("a user may be deactivated", () => {
  test.each<[string, Role, Status, number | undefined, number, string | undefined]>([
    ["a Member, by an Admin", "member", "active", 2, 1, undefined],
    ["an Admin among two, by the other", "admin", "active", 2, 2, undefined],
    ["the last Admin is not, by another", "admin", "active", 2, 1, lastAdmin],
    ["the last Admin is not, by the operator", "admin", "active", operator, 1, lastAdmin],
    ["nobody deactivates themselves", "admin", "active", 1, 2, oneself],
    ["not a Member either", "member", "active", 1, 1, oneself],
    ["who is inactive stays so without a word", "admin", "inactive", 1, 0, undefined],
  ])("%s", (_title, role, status, actorId, activeAdmins, reason) => {
    expect(whyNotDeactivate({ user: person(role, status), actorId, activeAdmins })).toBe(reason);
  });
});
