import { nameField } from "../web/fields.ts";

export const organizationName = nameField("name for the organization");
