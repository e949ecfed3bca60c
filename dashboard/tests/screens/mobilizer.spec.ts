import type { Page } from "@playwright/test";
import { expect, test } from "../journeys/kith";
import { signInOnPhone } from "../journeys/mobilizer/phone";
import { attempt, contextOf, isWanted, looks, take, wordsOf } from "./looks";

const pasted = "Ingrid Pemberton, Boston MA 02118\nNash, María\nOpal Cole (617) 253-0123\nNaomi Frost; naomi@example.org; 01852\n617 253 0199\nLorenzo Lyle *86";

const vcards = ["Ana Ruiz", "Bo Lee", "Cy Núñez"].map((name) => `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nN:${name.split(" ").reverse().join(";")};;;\r\nTEL:+1 617 253 0${name.length}23\r\nEND:VCARD`).join("\r\n");

type Words = ReturnType<typeof wordsOf>;

interface Screen {
  path: string;
  act?: (page: Page, t: Words) => Promise<void>;
  /** floating is a screen with a dialog, of which only what is in view is taken. */
  floating?: boolean;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

const openPerson = async (page: Page, n = 0) => {
  await page.locator("main .row").nth(n).click();
  await page.locator("h1:focus").waitFor();
};

/** screens are the pages of a campaign, with what is done before the picture. */
const screens: Record<string, Screen> = {
  next: { path: "" },
  "next-note": { path: "", act: async (page) => { await page.locator(".next-card .actions.tight button").first().click(); await page.locator("textarea").waitFor(); } },
  message: { path: "", floating: true, act: async (page) => { await page.locator(".next-card .actions.even button").first().click(); await page.locator("dialog[open]").waitFor(); } },
  people: { path: "/people" },
  "people-none": { path: "/people?q=zzzz" },
  person: { path: "/people", act: (page) => openPerson(page) },
  "person-2": { path: "/people", act: (page) => openPerson(page, 2) },
  "person-open": { path: "/people", act: async (page) => { await openPerson(page, 1); for (const summary of await page.locator("main summary").all()) await summary.click(); } },
  "person-edit": { path: "/people", act: async (page, t) => { await openPerson(page, 1); await button(page, t("Edit")).first().click(); } },
  "person-remove": { path: "/people", floating: true, act: async (page) => { await openPerson(page, 1); await page.locator("main > button.danger").click(); } },
  add: { path: "/add" },
  paste: { path: "/add/paste" },
  file: { path: "/add/file" },
  "file-read": { path: "/add/file", act: async (page) => { await page.locator("input[type=file]").setInputFiles({ name: "contacts.vcf", mimeType: "text/vcard", buffer: Buffer.from(vcards) }); await page.locator(".review-row").first().waitFor(); } },
  known: { path: "/add/known" },
  review: { path: "/add/paste", act: async (page) => {
    await page.locator("textarea").fill(pasted);
    await page.locator("button.primary").click();
    await page.locator(".review-row").first().waitFor();
  } },
  "review-edit": { path: "/add/paste", act: async (page) => {
    await page.locator("textarea").fill(pasted);
    await page.locator("button.primary").click();
    await page.locator(".review-row button").first().click();
  } },
  match: { path: "/match" },
  "match-none": { path: "/match", act: async (page) => { await page.locator("main .card button").nth(1).click(); await page.waitForTimeout(500); } },
  me: { path: "/me" },
  "me-open": { path: "/me", act: async (page) => { for (const summary of await page.locator("main summary").all()) await summary.click(); } },
  unknown: { path: "/nothing/here" },
  leave: { path: "/me", floating: true, act: (page) => page.locator("main button.danger").last().click() },
};

const refusal = { status: 422, contentType: "application/problem+json", headers: { "Access-Control-Allow-Origin": "*" }, body: JSON.stringify({ type: "about:blank", title: "Invalid", status: 422, code: "invalid", detail: "The note can't be stored.", errors: [] }) };

/** writeNote writes a note about the person who is next. */
async function writeNote(page: Page, text: string) {
  await page.locator(".next-card .actions.tight button").first().click();
  await page.locator("textarea").fill(text);
  await page.locator("form button[type=submit], form button.primary").first().click();
}

for (const look of looks) {
  const t = wordsOf(look);
  test.describe(`${look.language} at ${look.width} px`, () => {
    test.use(contextOf(look));

    test(`the mobilizers' app in ${look.language} at ${look.width} px`, async ({ page }) => {
      await page.goto("/m/");
      if (isWanted("m-sign-in")) await take(page, look, "m-sign-in");
      await signInOnPhone(page);
      await page.waitForURL(/\/m\/.+/);
      const campaign = new URL(page.url()).pathname;
      for (const [name, { path, act, floating }] of Object.entries(screens).filter(([name]) => isWanted(`m-${name}`))) {
        await attempt(name, async () => {
          await page.goto(campaign + path);
          await page.locator("main h1").waitFor();
          await page.waitForLoadState("networkidle");
          await act?.(page, t);
          await take(page, look, `m-${name}`, !floating);
        });
      }
    });

    test(`states of the mobilizers' app in ${look.language} at ${look.width} px`, async ({ page }) => {
      if (!isWanted("m-closed") && !isWanted("m-campaigns")) return;
      await signInOnPhone(page, { email: "sam.rivera.1@example.org", name: "Sam Rivera", campaigns: "several" });
      await take(page, look, "m-campaigns");
      await page.getByRole("link", { name: /^Spring Primary/ }).click();
      await page.locator(".banner").waitFor();
      await attempt("closed", async () => {
        await take(page, look, "m-closed");
        await page.locator(".bottom-bar a").nth(1).click();
        await openPerson(page);
        await take(page, look, "m-closed-person");
        await page.locator(".bottom-bar a").nth(2).click();
        await take(page, look, "m-closed-me");
      });
    });

    test(`the mobilizers' app without contacts in ${look.language} at ${look.width} px`, async ({ page }) => {
      if (!isWanted("m-first") && !isWanted("m-outside")) return;
      await signInOnPhone(page, { email: "jose.garcia.2@example.org", name: "José García" });
      await take(page, look, "m-first");
      await page.locator(".bottom-bar a").nth(1).click();
      await page.locator("main h1").waitFor();
      await take(page, look, "m-first-people");
      await page.goto("/m/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000");
      await page.locator("main h1").waitFor();
      await take(page, look, "m-outside");
    });

    test(`the outbox in ${look.language} at ${look.width} px`, async ({ page, context }) => {
      if (!isWanted("m-waiting") && !isWanted("m-refused")) return;
      await signInOnPhone(page, { email: "anh.nguyen.5@example.org", name: "Anh Nguyen" });
      await page.evaluate(() => navigator.serviceWorker.ready);
      await page.reload();
      await page.locator(".next-card").waitFor();
      await page.route("**/notes", (route) => route.fulfill(refusal), { times: 1 });
      await writeNote(page, "Votes after lunch");
      const refused = page.getByRole("banner").getByRole("link");
      await refused.first().waitFor();
      await take(page, look, "m-refused-next");
      await refused.first().click();
      await expect(page.locator("main textarea").first()).toHaveValue("Votes after lunch");
      await take(page, look, "m-refused");
      await context.setOffline(true);
      await page.locator(".bottom-bar a").nth(0).click();
      await page.locator(".next-card input[type=radio]").first().click();
      await page.waitForTimeout(500);
      await take(page, look, "m-waiting-next");
      await page.locator(".bottom-bar a").nth(2).click();
      await page.locator("main h1").waitFor();
      await take(page, look, "m-waiting");
      await page.locator(".bottom-bar a").nth(1).click();
      await take(page, look, "m-waiting-people");
    });
  });
}
