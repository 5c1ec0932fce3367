import express from "express";
import { z } from "zod";

// The formats of settings, one schema for each kind.

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as "30m" or "24h", in milliseconds. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, "must be a number followed by s, m, h or d, such as 2h")
  .transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]);

/** A duration in whole days such as "365d", in milliseconds. */
export const days = z
  .string()
  .regex(/^[1-9]\d{0,5}d$/, "must be a number of days such as 365d; leave it empty to keep history forever")
  .transform((text) => Number(text.slice(0, -1)) * units.d);

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

export const httpAddress = z
  .string()
  .refine(
    (text) => /^https?:\/\/[^/]+\/$/.test(URL.parse(text)?.href ?? ""),
    "must be an address such as https://roster.example.com, without a path",
  )
  .transform((text) => new URL(text).origin);

/** Whether user, password and host end where they seem to: an unencoded / ? # or % in a password cuts a URL short. */
function isEncoded(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.hash || /@/.test(url.pathname + url.search)) return false;
  return [url.username, url.password].every((part) => /^(?:[^%]|%[0-9a-f]{2})*$/i.test(part));
}
const encoding = "has a special character in its user or password; write / as %2F, ? as %3F, # as %23, % as %25";

export const smtpAddress = z
  .string()
  .refine((text) => /^smtps?:\/\/[^/]/.test(text) && Boolean(URL.parse(text)?.hostname), {
    error: "must be an address such as smtp://user:password@mail.example.com:587",
    abort: true,
  })
  .refine((text) => isEncoded(text) && /^\/?$/.test(URL.parse(text)?.pathname ?? ""), encoding);

/** PostgreSQL's modes that leave no doubt about TLS. */
const tlsModes = ["disable", "require", "verify-ca", "verify-full"];

export const postgresAddress = z
  .string()
  .refine((text) => /^postgres(?:ql)?:\/\/[^/]/.test(text) && Boolean(URL.parse(text)?.hostname), {
    error: "must be an address such as postgres://roster:password@db.example.com/roster; leave it empty for SQLite",
    abort: true,
  })
  .refine(isEncoded, { error: encoding, abort: true })
  .superRefine((text, { addIssue }) => {
    const asked = URL.parse(text)?.searchParams;
    const mode = asked?.get("sslmode") ?? "disable";
    if (!tlsModes.includes(mode)) addIssue(`sslmode must be one of ${tlsModes.join(", ")}`);
    if (mode === "verify-ca" && !asked?.has("sslrootcert")) addIssue("sslmode=verify-ca needs sslrootcert");
  });

export const proxies = z
  .string()
  .transform((text) => {
    if (text === "true" || text === "false") return text === "true";
    return /^\d+$/.test(text) ? Number(text) : text;
  })
  .refine(isTrustProxy, "must be a number of hops, or addresses and networks such as loopback or 10.0.0.0/8");

/** Express itself says what it accepts. */
function isTrustProxy(value: boolean | number | string): boolean {
  try {
    express().set("trust proxy", value);
    return true;
  } catch {
    return false;
  }
}

/** What can be sent unchanged in the header Authorization (RFC 6750, 2.1). */
export const bearerToken = z
  .string()
  .regex(/^[\w.~+/=-]{32,200}$/, "must be 32 to 200 letters, digits or any of - . _ ~ + / =");
