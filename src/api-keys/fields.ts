import { nameField } from "../platform/typed-text.ts";
import { words } from "../words/words.ts";

export const keyName = nameField(() => words().fields.keyName);
