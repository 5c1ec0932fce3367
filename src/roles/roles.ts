export const roles = ["admin", "manager", "member"] as const;
export type Role = (typeof roles)[number];

export const features = ["organization", "users", "apps", "partners"] as const;
export type Feature = (typeof features)[number];

export const actions = ["edit", "view"] as const;
export type Action = (typeof actions)[number];

export type Permissions = Record<Feature, readonly Action[]>;

const all = ["edit", "view"] as const;
const view = ["view"] as const;

/** What each role may do (PRODUCT.md, "Words"). Roster enforces Organization and Users; the team's services ask for the rest. */
export const permissionTable: Record<Role, Permissions> = {
  admin: { organization: all, users: all, apps: all, partners: all },
  manager: { organization: view, users: [], apps: all, partners: all },
  member: { organization: view, users: [], apps: view, partners: view },
};

export const roleNames: Record<Role, string> = { admin: "Admin", manager: "Manager", member: "Member" };
const featureNames: Record<Feature, string> = {
  organization: "Organization",
  users: "Users",
  apps: "Apps",
  partners: "Partners",
};

/** One line of a role's table as a page shows it: what is allowed, and what that is against another role. */
export type PermissionRow = { feature: string; permission: string; change: string };

const sentence = (actions: readonly Action[]): string => (actions.length > 0 ? actions.join(", ") : "none");

/** The role's table; with `today`, each row also says what would be gained and lost against that role. */
export function permissionRows(role: Role, today?: Role): PermissionRow[] {
  return features.map((feature) => {
    const granted = permissionTable[role][feature];
    const before = today ? permissionTable[today][feature] : granted;
    const gained = granted.filter((action) => !before.includes(action)).map((action) => `gains ${action}`);
    const lost = before.filter((action) => !granted.includes(action)).map((action) => `loses ${action}`);
    return { feature: featureNames[feature], permission: sentence(granted), change: [...gained, ...lost].join(", ") };
  });
}
