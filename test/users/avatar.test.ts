import { expect, test } from "@jest/globals";
import { avatarOf } from "../../src/users/avatar.ts";

const initials = (firstName: string, lastName: string): string =>
  avatarOf({ id: 1, firstName, lastName, photoHash: null }).initials;

test("the initials are the first letters as people see them, in capitals", () => {
  expect(initials("ada", "Lovelace")).toBe("AL");
  expect(initials("x", "1st")).toBe("X1");
  expect(initials("élodie", "ßtern")).toBe("ÉSS");
  expect(initials("e\u0301lodie", "a\u200d")).toBe("E\u0301A\u200d");
  expect(initials("👩‍🚀 Sally", "李")).toBe("👩‍🚀李");
});
