import { words } from "../words/words.ts";

export const roles = ["admin", "manager", "member"] as const;
export type Role = (typeof roles)[number];

export const features = ["organization", "users", "apps", "partners"] as const;
export type Feature = (typeof features)[number];

export const actions = ["edit", "view"] as const;
type Action = (typeof actions)[number];

export type Permissions = Record<Feature, readonly Action[]>;
/** Who can use a page (routes.ts) or an API operation (api/table.ts). */
export type Permission = `${Feature}:${Action}`;

const all = ["edit", "view"] as const;
const view = ["view"] as const;

/**
 * What each role can do (PRODUCT.md, "Words"). Roster enforces Organization and Users; the team's services ask about
 * the others.
 */
export const permissionTable: Record<Role, Permissions> = {
  admin: { organization: all, users: all, apps: all, partners: all },
  manager: { organization: all, users: [], apps: all, partners: all },
  member: { organization: view, users: [], apps: view, partners: view },
};

/** By the permission table. */
export function can({ role }: { role: Role }, permission: Permission): boolean {
  const [feature, action] = permission.split(":") as [Feature, Action];
  return permissionTable[role][feature].includes(action);
}

/**
 * Whether the person changes their own name and photo on their own page (PRODUCT.md, "Who may do what"); Admins use the
 * User profile.
 */
export const mayEditThemselves: Record<Role, boolean> = { admin: true, manager: true, member: false };

/** "Admins and Managers": the roles that have the permission. */
export function namesWithPermission(permission: Permission): string {
  const { common, rolesInPlural } = words();
  return common.list(roles.filter((role) => can({ role }, permission)).map((role) => rolesInPlural[role]));
}

/** One row of a role's table on a page: what it allows, and the difference from another role. */
type PermissionRow = { feature: string; permission: string; isNone: boolean; change: string; isGain: boolean };

/** The role's table; with `current`, each row also says what the user would gain and lose compared with that role. */
export function permissionRows(role: Role, current: Role = role): PermissionRow[] {
  const { features: names, actions, none, gains, loses, several } = words().permissions;
  return features.map((feature) => {
    const granted = permissionTable[role][feature];
    const before = permissionTable[current][feature];
    const gained = granted.filter((action) => !before.includes(action)).map((action) => gains[action]);
    const lost = before.filter((action) => !granted.includes(action)).map((action) => loses[action]);
    return {
      feature: names[feature],
      permission: granted.length === 0 ? none : several(granted.map((action) => actions[action])),
      isNone: granted.length === 0,
      change: several([...gained, ...lost]),
      isGain: gained.length > 0,
    };
  });
}
