import about from "../../package.json" with { type: "json" };

/** The version of this Roster. */
export const version: string = about.version;
