import type { Browser, Locator, Page } from "playwright-core";
import sharp from "sharp";
import { newPage } from "../support/browser.ts";
import { password } from "../support/people.ts";

// The main job in a browser without JavaScript, while processes are killed at any moment. After "Bad Gateway" the Admin
// checks whether it was saved, repeats it if not, and must find everything that a page called saved.

const chosen = "copper-lantern-drifting-88";

type Step = {
  name: string;
  /** Checks the pages. */
  isDone: () => Promise<boolean>;
  /** Whether the page said that it was done. */
  act: () => Promise<boolean>;
};

/** Presses the button. @returns whether it led there; false if the process was killed meanwhile */
async function press(on: Page, name: string, leadsTo: Locator): Promise<boolean> {
  const broken = on.getByRole("heading", { name: "502 Bad Gateway" });
  await on.getByRole("button", { name, exact: true }).click();
  await leadsTo.or(broken).first().waitFor();
  return !(await broken.isVisible());
}

/** @returns how often it was unknown whether it was done @throws Error if something that was called done is not */
async function achieve({ name, isDone, act }: Step): Promise<number> {
  for (let unknown = 0; ; unknown++) {
    if (await isDone()) return unknown;
    if (!(await act())) continue;
    if (await isDone()) return unknown;
    throw new Error(`lost: ${name}`);
  }
}

/** Logs in, trying again if needed. @returns the page that it leads to */
export async function logIn(on: Page, email: string, secret = password): Promise<string> {
  for (;;) {
    await on.goto("/login");
    await on.getByLabel("Email", { exact: true }).fill(email);
    await on.getByLabel("Password", { exact: true }).fill(secret);
    const answered = on.getByRole("button", { name: "Log out" }).or(on.getByRole("alert"));
    if (await press(on, "Log in", answered)) return new URL(on.url()).pathname;
  }
}

export type Job = { browser: Browser; page: Page; url: string; email: string; firstName: string; photo: Buffer };

export const madePhoto = (): Promise<Buffer> =>
  sharp({ create: { width: 90, height: 60, channels: 3, background: "#226688" } })
    .jpeg()
    .toBuffer();

/** Everything that a logged-in Admin does with one new user. @returns how often it was unknown whether it was done */
export async function doMainJob(job: Job): Promise<number> {
  let unknown = await achieve(create(job));
  const profile = new URL(job.page.url()).pathname;
  for (const step of [...edits(job, profile), ...keys(job, profile), ...statuses(job, profile)])
    unknown += await achieve(step);
  return unknown;
}

/** What both kinds of steps find on the profile. */
function profilePage(page: Page, profile: string) {
  const section = (name: string): Locator => page.getByRole("region", { name, exact: true });
  return {
    section,
    notice: (text: string): Locator => page.getByRole("status").filter({ hasText: text }),
    edit: async (name: string): Promise<void> => {
      await page.goto(profile);
      await section(name).getByRole("link", { name: "Edit" }).click();
    },
    shows: async (found: Locator): Promise<boolean> => {
      await page.goto(profile);
      return (await found.count()) > 0;
    },
  };
}

const create = ({ page, email, firstName }: Job): Step => ({
  name: "Create user",
  isDone: async () => {
    await page.goto(`/admin/managers?search=${email}`);
    const link = page.getByRole("link", { name: `${firstName} Newcomer` });
    if ((await link.count()) === 0) return false;
    await link.click();
    await page.getByRole("heading", { name: `${firstName} Newcomer` }).waitFor();
    return true;
  },
  act: async () => {
    await page.goto("/admin/managers/new");
    await page.getByLabel("First name").fill(firstName);
    await page.getByLabel("Last name").fill("Newcomer");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Role").selectOption({ label: "Member" });
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Confirm password").fill(password);
    return press(page, "Create user", page.getByRole("status").filter({ hasText: "User created." }));
  },
});

function edits({ page, browser, url, email, photo }: Job, profile: string): Step[] {
  const { section, notice, edit, shows } = profilePage(page, profile);
  return [
    {
      name: "Photo",
      isDone: () => shows(section("Profile").locator("img")),
      act: async () => {
        await page.getByLabel("Change photo").setInputFiles({ name: "x.jpg", mimeType: "image/jpeg", buffer: photo });
        return press(page, "Save photo", notice("Photo saved."));
      },
    },
    {
      name: "Personal Information",
      isDone: () => shows(section("Personal Information").getByText("O'Neill", { exact: true })),
      act: async () => {
        await edit("Personal Information");
        await page.getByLabel("Last name").fill("O'Neill");
        return press(page, "Save changes", notice("Personal information saved."));
      },
    },
    {
      name: "Role",
      isDone: () => shows(section("Profile").getByText("Manager", { exact: true })),
      act: async () => {
        await edit("Roles and Permissions");
        await page.getByRole("radio", { name: "Manager", exact: true }).check();
        return press(page, "Save changes", notice("Role saved: Manager."));
      },
    },
    {
      name: "Password",
      isDone: async () => {
        const theirs = await newPage(browser, { baseURL: url });
        const path = await logIn(theirs, email, chosen);
        await theirs.context().close();
        return path === "/profile";
      },
      act: async () => {
        await edit("Password");
        await page.getByLabel("New password", { exact: true }).fill(chosen);
        await page.getByLabel("Confirm new password").fill(chosen);
        await page.getByLabel("Ask for a new password at the next log-in").uncheck();
        return press(page, "Save changes", notice("Password saved."));
      },
    },
  ];
}

function keys({ page }: Job, profile: string): Step[] {
  const { section, notice } = profilePage(page, profile);
  let key = "";
  const works = async (): Promise<boolean> =>
    key !== "" && (await page.request.get("/api/v1/me", { headers: { "X-API-Key": key } })).ok();
  return [
    {
      name: "Generate new key",
      isDone: works,
      act: async () => {
        await page.goto(profile);
        if (!(await press(page, "Generate new key", page.getByRole("dialog")))) return false;
        key = await page.getByRole("dialog").locator("code").first().innerText();
        return true;
      },
    },
    {
      name: "Revoke",
      isDone: async () => !(await works()),
      act: async () => {
        await page.goto(profile);
        const row = section("API keys")
          .getByRole("row")
          .filter({ hasText: key.slice(0, 11) });
        await row.getByRole("link", { name: "Revoke", exact: true }).click();
        return press(page, "Revoke", notice("Key revoked."));
      },
    },
  ];
}

const statuses = ({ page }: Job, profile: string): Step[] =>
  [
    { name: "Deactivate", becomes: "This user is inactive" },
    { name: "Activate", becomes: "This user is active" },
  ].map(({ name, becomes }) => {
    const { section, shows } = profilePage(page, profile);
    const isSo = section("Extra Settings").getByText(becomes);
    return {
      name,
      isDone: () => shows(isSo),
      act: async () => {
        await section("Extra Settings").getByRole("link", { name, exact: true }).click();
        return press(page, name, isSo);
      },
    };
  });
