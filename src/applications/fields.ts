import { z } from "zod";
import { nameField } from "../platform/typed-text.ts";
import { type Role, roles } from "../roles/roles.ts";
import { words } from "../words/words.ts";
import { kinds } from "./queries.ts";

const maxRedirectAddresses = 20;
const maxAddressLength = 500;
const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * A complete address: https, or http on this machine (RFC 8252, 7.3); without a fragment (RFC 6749, 3.1.2), wildcards
 * and credentials. Applications must send exactly the same text.
 */
function isAddress(text: string): boolean {
  if (text.length > maxAddressLength || /[#*\s\\]/.test(text)) return false;
  const url = URL.parse(text);
  if (!url || url.username || url.password) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && loopback.has(url.hostname));
}

const badAddress = (text: string): string => words().applications.badAddress(text.slice(0, 100));

const address = z
  .string()
  .default("")
  .transform((text) => text.trim())
  .superRefine((text, context) => {
    if (text !== "" && !isAddress(text)) context.addIssue({ code: "custom", message: badAddress(text) });
  });

/** One a line. */
const redirectAddresses = z
  .string({ error: () => words().applications.enterRedirect })
  .max(maxRedirectAddresses * (maxAddressLength + 2), {
    error: () => words().applications.tooManyRedirects(maxRedirectAddresses),
    abort: true,
  })
  .transform((text) => [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter(Boolean))
  .superRefine((lines, context) => {
    const wrong = lines.find((line) => !isAddress(line));
    const message =
      wrong === undefined
        ? lines.length === 0
          ? words().applications.enterRedirect
          : lines.length > maxRedirectAddresses && words().applications.tooManyRedirects(maxRedirectAddresses)
        : badAddress(wrong);
    if (message) context.addIssue({ code: "custom", message });
  });

const roleBox = z.literal("on").optional().catch(undefined);

/** The fields of an application that can change; `role-…` is a box for each role. */
const changeable = {
  name: nameField(() => words().fields.applicationName),
  redirectAddresses,
  logOutAddress: address,
  backChannelAddress: address,
  ...(Object.fromEntries(roles.map((role) => [`role-${role}`, roleBox])) as Record<`role-${Role}`, typeof roleBox>),
};

export const editSchema = z.object(changeable);
export const addSchema = z.object({
  ...changeable,
  kind: z.enum(kinds, { error: () => words().applications.chooseKind }),
});

/** Reported at the first box. */
export const rolesError = (values: Record<string, string | undefined>): { "role-admin"?: string } =>
  roles.some((role) => values[`role-${role}`] === "on") ? {} : { "role-admin": words().applications.chooseRoles };

/** The application that a form describes. */
export const applicationOf = (input: z.output<typeof editSchema>) => ({
  name: input.name,
  redirectAddresses: input.redirectAddresses,
  roles: roles.filter((role) => input[`role-${role}`] === "on"),
  logOutAddress: input.logOutAddress,
  backChannelAddress: input.backChannelAddress,
});
