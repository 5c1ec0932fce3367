import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { headings, linkTo, titleOf, words } from "../support/html.ts";
import { check, checked, counts, head, importPage, lines } from "../support/imports.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const zoe = "zoe@example.com,Zoë,Müller,member";
const users = () => roster.db("users").orderBy("id").select("id", "email", "first_name", "last_name", "role", "status");

test("the page is reached from Managers, and offers a template that is read back as a file without users", async () => {
  const link = linkTo((await ada.get("/admin/managers")).text, "Import users") ?? "";
  const { text } = await ada.get(link);
  expect([link, headings(text, 1)]).toEqual([importPage, ["Import users"]]);
  const template = await ada.get(linkTo(text, "Download a template") ?? "");
  expect(template.headers["content-disposition"]).toBe("attachment; filename=users.csv");
  const refused = await check(ada, template.text);
  expect([refused.status, words(refused.text)]).toEqual([422, expect.stringContaining("but no users")]);
  expect(counts((await checked(ada, `${template.text}${zoe}\r\n`)).html)).toEqual({ Create: 1 });
});

describe("a file is read", () => {
  const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
  const cases: [string, string | Buffer][] = [
    ["with commas", `${head}\n${zoe}\n`],
    ["with semicolons", `${head}\n${zoe}\n`.replaceAll(",", ";")],
    ["with tabs", `${head}\n${zoe}\n`.replaceAll(",", "\t")],
    ["with sep=; in front", `sep=;\r\n${`${head}\r\n${zoe}`.replaceAll(",", ";")}`],
    ['with "sep=,", which decides against the semicolons', `"sep=,"\n${head}\n${zoe}`],
    ["with sep= and a tab", `sep=\t\n${`${head}\n${zoe}`.replaceAll(",", "\t")}`],
    ["with a byte order mark", `\u{feff}${head}\r\n${zoe}\r\n`],
    ["with a byte order mark and sep=", `\u{feff}sep=;\n${`${head}\n${zoe}`.replaceAll(",", ";")}`],
    ["in UTF-16LE with a mark", utf16(`\u{feff}${head}\r\n${zoe}\r\n`.replaceAll(",", "\t"))],
    ["in UTF-16LE without one", utf16(`${head}\r\n${zoe}\r\n`)],
    ["in UTF-16BE with a mark", utf16(`\u{feff}${head}\n${zoe}`).swap16()],
    ["with LF", `${head}\n${zoe}`],
    ["with CR", `${head}\r${zoe}\r`],
    ["with CRLF", `${head}\r\n${zoe}\r\n`],
    ["with mixed line ends and blank lines", `\n\r\n${head}\r\n\r${zoe}\n,,,\n\n`],
    ["with quotes", `"email","first_name","last_name","role"\n"zoe@example.com","Zoë","Müller","member"\n`],
    [
      "with spaces around the address",
      `${head}\n "x",\n`.replace(' "x",', ` \tzoe@example.com\u{a0} ,Zoë,Müller,member`),
    ],
    [
      "with the columns in another order and case",
      "Role,LAST NAME,first-name,EMAIL\nMEMBER,Müller,Zoë,zoe@example.com",
    ],
    ["without roles", "email,first_name,last_name\nzoe@example.com,Zoë,Müller"],
    ["with an empty role", `${head}\nzoe@example.com,Zoë,Müller,`],
    ["with empty columns behind the last one", `${head},,\n${zoe},,\n`],
    ["with letters that are put together", `${head}\n${zoe}`.normalize("NFD")],
  ];

  test.each(cases)("%s", async (_, file) => {
    const { html } = await checked(ada, file);
    expect([counts(html), lines(html)]).toEqual([
      { Create: 1 },
      [expect.stringMatching(/^Create: Zoë Müller zoe@example.com Line \d, Member$/)],
    ]);
  });
});

test("a line is counted as an editor counts it, line breaks in cells and blank lines included", async () => {
  const file = `sep=,\n${head}\n\na@example.com,"A\r\nB",C,member\r\n\r\nb@example.com,"B ""B""",D,member\ne,E,E,member`;
  const { html } = await checked(ada, file);
  expect(lines(html)).toEqual([
    expect.stringMatching(/^Wrong: A B C a@example.com The first name has characters .* Line 4, Member$/),
    'Create: B "B" D b@example.com Line 7, Member',
    expect.stringMatching(/^Wrong: E E e Enter an email address like .* Line 8, Member$/),
  ]);
});

describe("a file is refused with the line, and nothing is written", () => {
  const quote = 'A quote (") ';
  const cases: [string, string | Buffer, string][] = [
    ["that was not chosen", "", "Choose a CSV file"],
    ["of blank lines", "\n \r\n,,\n", "This file is empty."],
    ["without users", `${head}\n\n`, "This file has column names but no users."],
    [
      "with an unknown column",
      `email,first_name,last_name,phone\n${zoe}`,
      "Line 1: Unknown column “phone”. Use only the columns of the template, or of an export.",
    ],
    ["with a column twice", `\n${head},Role\n${zoe},member`, "Line 2: The column “role” appears twice."],
    ["without an address", "first_name,last_name\nZoë,Müller", "Line 1: The column “email” is missing."],
    [
      "with several faults of its columns",
      "mail,email,email,first_name\n,,,",
      "Line 1: Unknown column “mail”. Use only the columns of the template, or of an export. The column “email” appears twice. The column “last_name” is missing.",
    ],
    [
      "with NUL",
      `${head}\n${zoe}\nb@example.com,B\0,B,member`,
      "Line 3: This is not a CSV file: it contains a NUL character. Save the list as CSV (UTF-8).",
    ],
    [
      "with a quote that is not closed",
      `${head}\n${zoe}\n"b@example.com,B,B,member\n\nc`,
      `Line 3: ${quote}is not closed. Close it, or write it twice if it belongs to the text.`,
    ],
    [
      "with a quote inside of a cell",
      `${head}\r\nb@example.com,B "the" B,B,member`,
      `Line 2: ${quote}is in the wrong place. Put quotes around the whole cell, and write a quote in the text twice.`,
    ],
    [
      "with text behind a quote",
      `sep=,\n${head}\n"b@example.com"x,B,B,member`,
      `Line 3: ${quote}is in the wrong place. Put quotes around the whole cell, and write a quote in the text twice.`,
    ],
    [
      "with another separator",
      `sep=|\n${head.replaceAll(",", "|")}`,
      "Line 1: Unknown separator after “sep=”. Use a comma, a semicolon or a tab.",
    ],
    [
      "with a line of 10,001 characters",
      `${head}\n${"x".repeat(10_001)}`,
      'Line 2: The line is longer than 10,000 characters. Check that every quote (") is closed.',
    ],
    [
      "in UTF-16 that breaks off",
      Buffer.from(`\u{feff}${head}\n${zoe}`, "utf16le").subarray(0, -1),
      "This file is damaged: its text can’t be read. Save it again as CSV.",
    ],
    [
      "that is a workbook",
      Buffer.from("PK\x03\x04\x14\0\x06\0\xff\xfe", "latin1"),
      "Line 1: This is not a CSV file: it contains a NUL character. Save the list as CSV (UTF-8).",
    ],
  ];

  test.each(cases)("%s", async (_, file, fault) => {
    const before = await users();
    const { status, text } = await check(ada, file);
    expect([status, titleOf(text)]).toEqual([422, "Error: Import users – Roster"]);
    expect(text).toContain('<a href="#file">');
    expect(words(text)).toContain(`There is a problem ${fault}`);
    expect(await users()).toEqual(before);
    expect(
      await roster.db("imports").where({ state: "asking" }).whereNull("file").where("expires_at", ">", "9"),
    ).toEqual([]);
  });
});

test("a file of 2 MB and one of 10,000 lines are read; one byte or one line more is 413", async () => {
  const line = (n: number): string => `p${n}@example.com,P,P,member\n`;
  const many = (count: number): string => `${head}\n${Array.from({ length: count }, (_, n) => line(n)).join("")}`;
  expect(counts((await checked(ada, many(10_000))).html)).toEqual({ Create: 10_000 });
  const tooMany = await check(ada, many(10_001));
  expect([tooMany.status, words(tooMany.text)]).toEqual([413, expect.stringContaining("more than 10,000 lines")]);
  const wide = Array.from(
    { length: 9_000 },
    (_, n) => `p${n}@${"x".repeat(60)}.example,${"P".repeat(80)},${"Q".repeat(70)},\n`,
  );
  const content = `${head}\n${wide.join("")}`;
  const whole = content + `${" ".repeat(99)}\n`.repeat(5_000).slice(0, 2 * 1024 * 1024 - content.length);
  expect(counts((await checked(ada, whole)).html)).toEqual({ Create: 9_000 });
  const tooLarge = await check(ada, `${whole}\n`);
  expect([tooLarge.status, words(tooLarge.text)]).toEqual([413, expect.stringContaining("larger than 2 MB")]);
});

describe("a file that is not UTF-8", () => {
  const file = Buffer.from(
    `${head}\nzoe@example.com,Zo\xeb,M\xfcller,member\nmax@acme.example,Max,Plain,member\n`,
    "latin1",
  );

  test("is read in windows-1252 once the Admin has said so, by the names that are shown", async () => {
    const { address, html } = await checked(ada, file);
    expect(headings(html, 1)).toEqual(["Is this file encoded in windows-1252?"]);
    expect(words(html)).toContain("Zoë Müller");
    expect(words(html)).not.toContain("Max Plain");
    const answer = await ada.submit(address, {}, { action: `${address}/encoding` });
    expect([answer.status, answer.headers.location]).toEqual([303, address]);
    const page = (await ada.get(address)).text;
    expect([counts(page), lines(page)[0]]).toEqual([
      { Create: 2 },
      "Create: Zoë Müller zoe@example.com Line 2, Member",
    ]);
    expect(await roster.db("imports").whereNotNull("file")).toEqual([]);
  });

  test("is refused where it would be no list in windows-1252 either", async () => {
    const { status, text } = await check(ada, Buffer.from("\xe9mail,first_name\nx,y", "latin1"));
    expect([status, words(text)]).toEqual([422, expect.stringContaining("Line 1: Unknown column “émail”")]);
  });
});

test("the check of a file is the Admin's own, for an hour or until the next file", async () => {
  const { address } = await checked(ada, `${head}\n${zoe}`);
  const bob = await logIn(roster, "eve");
  for (const path of [address, `${address}/failed-lines.csv`])
    expect([path, (await bob.get(path)).status]).toEqual([path, 404]);
  const { address: next } = await checked(ada, `${head}\n${zoe}`);
  expect([(await ada.get(address)).status, (await ada.get(next)).status]).toEqual([404, 200]);
  await roster.db("imports").update({ expires_at: new Date().toISOString() });
  const over = await ada.get(next);
  expect([over.status, words(over.text)]).toEqual([404, expect.stringContaining("Roster keeps files for an hour")]);
  await checked(ada, `${head}\n${zoe}`);
  expect([await roster.db("imports").count(), await roster.db("import_lines").count()]).toMatchObject([[{}], [{}]]);
  expect(await roster.db("imports").pluck("expires_at")).toHaveLength(1);
  expect(await roster.db("import_lines").pluck("line")).toEqual([2]);
});
