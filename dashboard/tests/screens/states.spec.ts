import type { Browser, Page } from "@playwright/test";
import { invitationLink, signIn, test } from "../journeys/kith";
import { attempt, contextOf, isWanted, looks, take, wordsOf } from "./looks";

type Words = ReturnType<typeof wordsOf>;

const dialog = (page: Page) => page.locator("dialog[open]");

const pressNamed = (page: Page, name: string) => page.getByRole("button", { name: new RegExp(`^${name.replace(/[:{].*|…$/, "")}`) }).first().click();

/** voters is a file of a layout that Kith does not know. */
const voters = (count: number) => ["Reg No|Given|Family|Town|Standing", ...Array.from({ length: count }, (_, n) => `${n + 1}|ANN|LEE${n + 1}|SALEM|A`)].join("\n");

async function upload(page: Page, t: Words, state: string, text: string) {
  await page.getByRole("combobox", { name: t("State") }).selectOption(state);
  await page.locator("input[type=file]").setInputFiles({ name: "voters.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: t("Upload"), exact: true }).click();
  await page.getByText(t("Uploaded. The import runs.")).waitFor();
}

/** waitingFile uploads a file of a state, and one with far fewer voters, which waits to be confirmed. */
async function waitingFile(page: Page, t: Words, state: string) {
  const row = (status: string) => page.getByRole("row", { name: new RegExp(`^${state}\\b.*${t(status)}`) });
  if (await row("Confirmation needed").count()) return;
  await upload(page, t, state, voters(30));
  await row("Columns needed").getByRole("button", { name: t("Choose the columns") }).click({ timeout: 60_000 });
  const fields = dialog(page).locator("select");
  for (const column of ["Reg No", "Given", "Family", "Town", "Standing"]) {
    const field = { "Reg No": 0, Given: 1, Family: 2 }[column];
    await (field === undefined ? dialog(page).getByRole("combobox", { name: t(column === "Town" ? "City" : "Voter status") }) : fields.nth(field)).selectOption(column);
  }
  await dialog(page).getByRole("button", { name: t("Import with these columns") }).click();
  await row("Ready").waitFor({ timeout: 60_000 });
  await upload(page, t, state, voters(10) + "\n|NO|ID|SALEM|A");
  await row("Confirmation needed").waitFor({ timeout: 60_000 });
}

/** requestAccess invites somebody, who signs in with another address and requests access. */
async function requestAccess(page: Page, browser: Browser, t: Words, now: number) {
  const invited = `ria.${now}@example.org`;
  await pressNamed(page, t("Invite Mobilizer"));
  await dialog(page).locator("[type=email]").fill(invited);
  await dialog(page).getByRole("textbox").nth(1).fill("Ria");
  await dialog(page).getByRole("button", { name: t("Save & Invite") }).click();
  const other = await browser.newPage({ baseURL: process.env.KITH_SITE, locale: "en-US" });
  await other.goto(await invitationLink(invited));
  await other.getByLabel("Last name").fill("Other");
  await other.getByRole("button", { name: "Sign in and accept" }).click();
  await other.getByRole("textbox", { name: "Email" }).fill(`olga.${now}@example.org`);
  await other.getByLabel("Name", { exact: true }).fill("Olga Other");
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await other.getByRole("button", { name: /^Request access with/ }).click();
  await other.getByText("You've requested access.").waitFor();
  await other.close();
}

/** refuse answers the requests of a list as a busy or broken service does. */
const refuse = (page: Page, status: number, code: string, at?: string) =>
  page.route(/\/people\/|\/contacts|\/exports/, (route) => (route.request().resourceType() === "document" || !/\/v1\//.test(route.request().url()) ? route.fallback() : route.fulfill({
    status, contentType: "application/problem+json", headers: { "Access-Control-Allow-Origin": "*", "Apigw-Requestid": "tqMQu6w3UTAt-8o=", "Access-Control-Expose-Headers": "Apigw-Requestid" },
    json: { type: "about:blank", title: "Refused", status, code, detail: "The service is busy.", at },
  })));

interface Places {
  organization: string;
  campaign: string;
  draft: string;
}

interface State {
  path: (places: Places) => string;
  act: (page: Page, t: Words, browser: Browser) => Promise<void>;
  whole?: boolean;
}

const states: Record<string, State> = {
  "voter-waiting": { path: ({ organization }) => `/o/${organization}/voter-files`, whole: true, act: (page, t) => waitingFile(page, t, "RI") },
  "voter-review": {
    path: ({ organization }) => `/o/${organization}/voter-files`,
    act: async (page, t) => {
      await waitingFile(page, t, "RI");
      await page.getByRole("button", { name: t("Use it"), exact: true }).first().click();
      await dialog(page).getByRole("table").nth(1).waitFor();
    },
  },
  "publish-missing": {
    path: ({ organization }) => `/o/${organization}/new-campaign`, whole: true,
    act: async (page, t) => {
      // A program can create a campaign without a Key Question; the form has one.
      await page.route(/\/campaigns$/, (route) => (route.request().method() === "POST" ? route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), key_question: undefined }) }) : route.fallback()));
      await page.getByRole("textbox", { name: t("Name"), exact: true }).fill(`Winter ${Date.now()}`);
      await page.getByRole("button", { name: t("Create the campaign") }).click();
      await page.getByText(t("This campaign is a draft")).waitFor();
    },
  },
  "passcode-new": {
    path: ({ draft }) => `/c/${draft}/content`, whole: true,
    act: async (page, t) => {
      const create = page.getByRole("button", { name: t("Create a passcode") });
      if (await create.count()) await create.click();
      else {
        await page.getByRole("button", { name: t("Replace the passcode") }).click();
        await dialog(page).getByRole("button", { name: t("Replace"), exact: true }).click();
      }
      await page.getByText(t("Write the passcode down now")).waitFor();
    },
  },
  "access-request-decided": {
    path: ({ campaign }) => `/c/${campaign}/invitations`, whole: true,
    act: async (page, t, browser) => {
      await requestAccess(page, browser, t, Date.now());
      await page.goto(`${new URL(page.url()).pathname}/requests`);
      await pressNamed(page, t("Approve"));
      await page.getByRole("table").getByText(t("Approved"), { exact: true }).first().waitFor();
    },
  },
  "signed-out": {
    path: ({ campaign }) => `/c/${campaign}/people/contacts`,
    act: async (page, t) => {
      await page.route(/\/v1\//, (route) => route.fulfill({ status: 401, json: { message: "Unauthorized" }, headers: { "Access-Control-Allow-Origin": "*" } }));
      await page.route(/\/token/, (route) => route.fulfill({ status: 400, json: { error: "invalid_grant" }, headers: { "Access-Control-Allow-Origin": "*" } }));
      await page.getByRole("main").getByRole("link", { name: t("Mobilizers"), exact: true }).click();
      await dialog(page).waitFor();
    },
  },
  changed: {
    path: ({ draft }) => `/c/${draft}/content`, whole: true,
    act: async (page, t, browser) => {
      const edit = async (editor: Page, edited: Words, text: string) => {
        await editor.getByRole("button", { name: new RegExp(`^${edited("Edit")}`) }).nth(1).click();
        await editor.getByRole("textbox").first().fill(text);
      };
      const save = (editor: Page, edited: Words) => editor.getByRole("button", { name: edited("Save"), exact: true }).click();
      await edit(page, t, "Will they come to the town meeting with you?");
      const other = await browser.newPage({ baseURL: process.env.KITH_SITE, locale: "en-US" });
      await signIn(other);
      await other.goto(page.url());
      const question = `Will they come to the meeting of ${new Date().toISOString().slice(11, 19)}?`;
      await edit(other, (text) => text, question);
      await save(other, (text) => text);
      await other.getByText(question).waitFor();
      await other.close();
      await save(page, t);
      await page.getByRole("alert").waitFor();
    },
  },
  "too-many": { path: ({ campaign }) => `/c/${campaign}/people/contacts`, act: async (page) => { await refuse(page, 429, "too_many_requests", new Date(Date.now() + 3_600_000).toISOString()); await page.reload(); await page.getByRole("alert").waitFor(); } },
  unavailable: { path: ({ campaign }) => `/c/${campaign}/people/contacts`, act: async (page) => { await refuse(page, 503, "internal"); await page.reload(); await page.getByRole("alert").waitFor({ timeout: 30_000 }); } },
  "refused-form": {
    path: ({ campaign }) => `/c/${campaign}/exports`, whole: true,
    act: async (page, t) => {
      await refuse(page, 429, "too_many_requests", new Date(Date.now() + 3_600_000).toISOString());
      await page.getByRole("button", { name: t("Request the export") }).click();
      await page.getByRole("alert").first().waitFor();
    },
  },
};

for (const look of looks) {
  test.describe(`${look.language} at ${look.width} px`, () => {
    test.use(contextOf(look));

    test(`states of pages in ${look.language} at ${look.width} px`, async ({ page, browser }) => {
      const t = wordsOf(look);
      page.on("dialog", (native) => void native.accept()); // leaves typed text
      await signIn(page);
      const organization = /\/o\/([^/]+)/.exec(page.url())![1]!;
      const idOf = async (name: string) => {
        await page.goto(`/o/${organization}`);
        await page.getByRole("main").getByRole("link", { name, exact: true }).click();
        await page.waitForURL(/\/c\//);
        return /\/c\/([^/]+)/.exec(page.url())![1]!;
      };
      const places = { organization, campaign: await idOf("Fall Turnout"), draft: await idOf("Next Spring") };
      for (const [name, { path, act, whole }] of Object.entries(states).filter(([name]) => isWanted(name))) {
        await attempt(name, async () => {
          await page.goto(path(places));
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.waitForLoadState("networkidle");
          await act(page, t, browser);
          await take(page, look, name, whole ?? false);
        });
        await page.unrouteAll({ behavior: "ignoreErrors" });
        await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes("draft")).forEach((key) => sessionStorage.removeItem(key)));
      }
    });
  });
}
