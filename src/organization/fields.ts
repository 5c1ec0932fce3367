import { nameField } from "../platform/typed-text.ts";

export const organizationName = nameField("name for the organization");
