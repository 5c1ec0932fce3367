import { nameField } from "../web/fields.ts";

export const keyName = nameField("name for the key");
