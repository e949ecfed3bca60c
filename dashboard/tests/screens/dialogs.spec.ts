import type { Page } from "@playwright/test";
import { signIn, test } from "../journeys/kith";
import { attempt, contextOf, isWanted, looks, take, wordsOf } from "./looks";

type Words = ReturnType<typeof wordsOf>;

interface Picture {
  path: string;
  act: (page: Page, t: Words) => Promise<void>;
  /** whole takes what is below the screen, too. Dialogs lie over what is in view. */
  whole?: boolean;
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first().click();

/** pressNamed presses the first of several buttons that name their row after a colon. */
const pressNamed = (page: Page, name: string) => page.getByRole("button", { name: new RegExp(`^${name.replace(/\{.*?\}/, ".*").replace(/…$/, "")}`) }).first().click();

const dialog = (page: Page) => page.locator("dialog[open]").waitFor();

const drop = (page: Page, name: string, text: string) => page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

const openMenu = async (page: Page, t: Words) => {
  const burger = page.getByRole("button", { name: t("Open the menu") });
  if (await burger.isVisible()) await burger.click();
};

const invitations = "/c/{campaign}/invitations";
const content = "/c/{campaign}/content";
const contacts = "/c/{campaign}/people/contacts";
const voterFiles = "/o/{organization}/voter-files";

/** voters is a file of a layout that Kith does not know. */
const voters = (count: number) => ["Reg No|Given|Family|Town|Standing", ...Array.from({ length: count }, (_, n) => `${n + 1}|ANN|LEE${n + 1}|SALEM|A`)].join("\n");

async function uploadVoters(page: Page, t: Words, state: string, text: string) {
  await page.getByRole("combobox", { name: t("State") }).selectOption(state);
  await drop(page, "voters.txt", text);
  await press(page, t("Upload"));
  await page.getByText(t("Uploaded. The import runs.")).waitFor();
}

const pictures: Record<string, Picture> = {
  navigation: { path: content, act: openMenu },
  "account-menu": { path: content, act: async (page, t) => { await openMenu(page, t); await page.locator("aside [aria-haspopup=menu]").last().click(); } },
  "switcher-menu": { path: content, act: async (page, t) => { await openMenu(page, t); await page.locator("aside [aria-haspopup=menu]").first().click(); } },
  "shortcut-help": { path: content, act: async (page) => { await page.keyboard.press("?"); await dialog(page); } },
  "invite-panel": { path: invitations, act: async (page, t) => { await press(page, t("Invite Mobilizer")); await dialog(page); } },
  "invite-errors": { path: invitations, act: async (page, t) => { await press(page, t("Invite Mobilizer")); await page.locator("dialog[open] [type=email]").fill("nobody@nowhere"); await press(page, t("Save & Invite")); await page.locator("dialog [role=alert]").waitFor(); } },
  revoke: { path: invitations, act: async (page, t) => { await page.getByRole("button", { name: new RegExp(`^${t("Revoke")}`) }).first().click(); await dialog(page); } },
  "import-preview": {
    path: `${invitations}/import`, whole: true,
    act: async (page) => { await drop(page, "people.csv", "email,first_name,last_name\nana.lopez@example.org,Ana,López\nbo@example.org,Bo,Lee\nana.lopez@example.org,Ana,López\nnot an address,Di,Lee\nlou.typo@example.org,Lou,\n"); await page.getByRole("heading", { level: 2 }).nth(1).waitFor(); },
  },
  "import-columns": {
    path: `${invitations}/import`, whole: true,
    act: async (page) => { await drop(page, "people.csv", "Voornaam,Achternaam,Email 2,Language\nAnn,Lee,ann@example.org,nl\n"); await page.getByRole("combobox").nth(2).waitFor(); },
  },
  "details-edit": { path: content, whole: true, act: (page, t) => pressNamed(page, t("Edit")) },
  "question-edit": { path: content, whole: true, act: async (page, t) => { await page.getByRole("button", { name: new RegExp(`^${t("Edit")}`) }).nth(1).click(); await page.locator("details summary").first().click(); } },
  "passcode-replace": { path: content, act: async (page, t) => { await press(page, t("Replace the passcode")); await dialog(page); } },
  close: { path: content, act: async (page, t) => { await press(page, t("Close…")); await dialog(page); } },
  leave: { path: content, act: async (page, t) => { await pressNamed(page, t("Edit")); await page.getByRole("main").getByRole("textbox").first().fill("Fall Turnout 2"); await openMenu(page, t); await page.getByRole("navigation").getByRole("link").nth(1).click(); await dialog(page); } },
  publish: { path: "/c/{draft}/content", act: async (page, t) => { await press(page, t("Publish")); await dialog(page); } },
  "item-edit": { path: content, whole: true, act: async (page, t) => { await page.locator('a[href*="/content/items/"]:not([href$="/new"])').first().click(); await page.waitForURL(/items/); await pressNamed(page, t("Edit")); await page.getByRole("main").locator("textarea").first().waitFor(); for (const summary of await page.locator("main details:not([open]) > summary").all()) await summary.click(); } },
  "item-errors": { path: `${content}/items/new`, whole: true, act: async (page, t) => { await press(page, t("Add the action item")); await page.getByRole("alert").waitFor(); } },
  "chart-table": { path: "/c/{campaign}/analytics", whole: true, act: async (page) => { for (const summary of await page.locator("main summary").all()) await summary.click(); } },
  "chart-day": { path: "/c/{campaign}/analytics", act: async (page) => { await page.locator("figure [tabindex='0']").first().focus(); await page.keyboard.press("ArrowLeft"); } },
  "views-menu": { path: contacts, act: async (page, t) => { await press(page, t("Views")); } },
  "save-view": { path: `${contacts}?match_status=CONFIRMED`, act: async (page, t) => { await press(page, t("Views")); await page.getByRole("menuitem", { name: t("Save this view…") }).click(); await dialog(page); } },
  columns: { path: contacts, act: (page, t) => press(page, t("Columns")) },
  "filters-sheet": { path: contacts, act: async (page, t) => { await press(page, t("Filters")); await dialog(page); } },
  "mobilizer-remove": { path: "/c/{campaign}/people/mobilizers", act: async (page, t) => { await page.getByRole("rowheader").getByRole("link").first().click(); await press(page, t("Remove from the campaign")); await dialog(page); } },
  "mobilizer-notes": { path: "/c/{campaign}/people/mobilizers?sort=total_contacts&order=desc", whole: true, act: async (page, t) => { await page.getByRole("rowheader").getByRole("link").first().click(); await page.getByRole("tab", { name: t("Notes") }).click(); } },
  "export-options": { path: "/c/{campaign}/exports", whole: true, act: (page) => page.locator("main summary").first().click() },
  "export-ready": { path: "/c/{campaign}/exports", whole: true, act: async (page, t) => { await press(page, t("Request the export")); await page.getByText(t("Ready")).first().waitFor(); await page.waitForTimeout(6000); } },
  "export-details": { path: "/c/{campaign}/exports", act: async (page, t) => { await pressNamed(page, t("Details")); await dialog(page); } },
  "schedule-form": { path: "/c/{campaign}/exports/schedules", act: async (page, t) => { await press(page, t("New schedule")); await page.getByRole("combobox").first().waitFor(); }, whole: true },
  "token-created": { path: "/c/{campaign}/exports/tokens", whole: true, act: async (page, t) => { await page.getByRole("main").getByRole("textbox").first().fill(`Warehouse load ${Date.now() % 1000}`); await press(page, t("Create the token")); await page.getByText(/^kith_/).waitFor(); await page.waitForTimeout(6000); } },
  "administrator-invite": { path: "/o/{organization}/administrators", act: async (page, t) => { await press(page, t("Invite an administrator")); await dialog(page); } },
  lift: { path: "/o/{organization}/suppressions", act: async (page, t) => { await page.getByRole("button", { name: new RegExp(`^${t("Lift")}`) }).first().click(); await dialog(page); } },
  "voter-upload": {
    path: voterFiles, whole: true,
    act: async (page, t) => {
      if ((await page.getByRole("row", { name: /^VT/ }).count()) > 0) return;
      await uploadVoters(page, t, "VT", voters(30));
      await uploadVoters(page, t, "ME", voters(30));
      await page.waitForTimeout(8000);
    },
  },
  "voter-mapping": { path: voterFiles, act: async (page, t) => { await page.getByRole("row", { name: /^VT/ }).getByRole("button", { name: t("Choose the columns") }).click(); await dialog(page); await page.locator("dialog select").nth(2).waitFor(); } },
  "voter-delete": { path: voterFiles, act: async (page) => { await page.getByRole("table").getByRole("row").last().getByRole("button").last().click(); await dialog(page); } },
  offline: { path: contacts, act: async (page) => { await page.context().setOffline(true); await page.waitForTimeout(500); } },
};

for (const look of looks) {
  test.describe(`${look.language} at ${look.width} px`, () => {
    test.use(contextOf(look));

    test(`dialogs, menus and forms in ${look.language} at ${look.width} px`, async ({ page }) => {
      const t = wordsOf(look);
      page.on("dialog", (native) => void native.accept()); // leaves typed text
      await signIn(page);
      const organization = /\/o\/([^/]+)/.exec(page.url())![1]!;
      const ids: Record<string, string> = { organization };
      for (const [id, name] of [["campaign", "Fall Turnout"], ["draft", "Next Spring"]] as const) {
        await page.goto(`/o/${organization}`);
        await page.getByRole("main").getByRole("link", { name, exact: true }).click();
        await page.waitForURL(/\/c\//);
        ids[id] = /\/c\/([^/]+)/.exec(page.url())![1]!;
      }
      for (const [name, { path, act, whole }] of Object.entries(pictures).filter(([name]) => isWanted(name))) {
        await attempt(name, async () => {
          await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes("draft")).forEach((key) => sessionStorage.removeItem(key)));
          await page.goto(path.replace(/\{(\w+)\}/g, (_, id: string) => ids[id]!));
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.waitForLoadState("networkidle");
          await act(page, t);
          await take(page, look, name, whole ?? false);
          await page.context().setOffline(false);
        });
      }
    });
  });
}
