import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Makes X.509 certificates (RFC 5280, in DER: X.690), because node:crypto only reads them and a fresh machine has no
// openssl.

type Pair = { certificate: string; key: string };
type Authority = {
  certificate: string;
  /** A certificate of this authority for a server with that name. */
  issue: (hostname: string) => Pair;
};

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts);
const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
const text = (value: string): Buffer => tagged(0x0c, Buffer.from(value));
const bits = (content: Buffer): Buffer => tagged(0x03, bytes("00"), content);
const extension = (id: string, value: Buffer): Buffer => sequence(tagged(0x06, bytes(id)), tagged(0x04, value));
/** Year, month, day, hour, minute and second. */
const time = (date: Date): Buffer => tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\..*/g, "")}Z`));

const ecdsaWithSha256 = sequence(tagged(0x06, bytes("2a8648ce3d040302")));
const named = (name: string): Buffer => sequence(tagged(0x31, sequence(tagged(0x06, bytes("550403")), text(name))));
const isAuthority = extension("551d13", sequence(tagged(0x01, bytes("ff"))));
const forHostname = (name: string): Buffer => extension("551d11", sequence(tagged(0x82, Buffer.from(name))));
const aDay = 24 * 60 * 60_000;

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;

type Wanted = { subject: string; issuer: string; signedBy: KeyObject; publicKey: KeyObject; more: Buffer };

function certificateOf({ subject, issuer, signedBy, publicKey, more }: Wanted): string {
  const serial = tagged(0x02, Buffer.concat([bytes("01"), randomBytes(15)]));
  const days = [time(new Date(Date.now() - aDay)), time(new Date(Date.now() + aDay))];
  const about = sequence(
    ...[tagged(0xa0, tagged(0x02, bytes("02"))), serial, ecdsaWithSha256, named(issuer), sequence(...days)],
    ...[named(subject), publicKey.export({ type: "spki", format: "der" }), tagged(0xa3, sequence(more))],
  );
  return pem("CERTIFICATE", sequence(about, ecdsaWithSha256, bits(sign("sha256", about, signedBy))));
}

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const written = (key: KeyObject): string => String(key.export({ type: "pkcs8", format: "pem" }));

/** An untrusted authority. Its certificates are valid from yesterday until tomorrow. */
export function makeAuthority(issuer: string): Authority {
  const { publicKey, privateKey } = newKeys();
  const made = { issuer, signedBy: privateKey };
  return {
    certificate: certificateOf({ ...made, subject: issuer, publicKey, more: isAuthority }),
    issue: (hostname) => {
      const keys = newKeys();
      const wanted = { ...made, subject: hostname, publicKey: keys.publicKey, more: forHostname(hostname) };
      return { certificate: certificateOf(wanted), key: written(keys.privateKey) };
    },
  };
}

/** A server's certificate and its key as files. @returns what removes them too */
export function certificateFiles(hostname: string): Pair & { remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "roster-certificate-"));
  const pair = makeAuthority("Tests").issue(hostname);
  const files = { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
  writeFileSync(files.certificate, pair.certificate);
  writeFileSync(files.key, pair.key);
  return { ...files, remove: () => rmSync(folder, { recursive: true }) };
}
