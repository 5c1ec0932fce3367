import { nameField } from "../platform/typed-text.ts";

export const keyName = nameField("name for the key");
