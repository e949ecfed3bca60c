import { join } from "node:path";
import type { Page } from "@playwright/test";
import { signInOnPhone, test } from "../journeys/mobilizer/phone";

const folder = join(import.meta.dirname, "../../node_modules/.cache/screens");

const looks = [
  { language: "en", scheme: "light", width: 360, height: 740 },
  { language: "es", scheme: "dark", width: 360, height: 740 },
  { language: "es", scheme: "light", width: 320, height: 640 },
  { language: "en", scheme: "dark", width: 1280, height: 800 },
] as const;

const pasted = "Ingrid Pemberton, Boston MA 02118\nNash, María\nOpal Cole (617) 253-0123\nNaomi Frost; naomi@example.org; 01852\n617 253 0199\nLorenzo Lyle *86";

/** screens are the pages of a campaign, with what is done before the screenshot. */
const screens: Record<string, { path: string; act?: (page: Page) => Promise<void> }> = {
  next: { path: "" },
  "next-note": { path: "", act: async (page) => { await page.locator(".next-card .actions.tight button").first().click(); await page.locator("textarea").waitFor(); } },
  message: { path: "", act: async (page) => { await page.locator(".next-card .actions.even button").first().click(); await page.locator("dialog[open]").waitFor(); } },
  people: { path: "/people" },
  "people-none": { path: "/people?q=zzzz" },
  person: { path: "/people", act: async (page) => { await page.locator("main .row").first().click(); await page.locator("h1:focus").waitFor(); } },
  "person-edit": { path: "/people", act: async (page) => { await page.locator("main .row").nth(1).click(); await page.locator("article, section").first().waitFor(); await page.locator("main .actions .quiet").first().click(); } },
  add: { path: "/add" },
  paste: { path: "/add/paste" },
  file: { path: "/add/file" },
  known: { path: "/add/known" },
  review: { path: "/add/paste", act: async (page) => {
    await page.locator("textarea").fill(pasted);
    await page.locator("button.primary").click();
    await page.locator(".review-row").first().waitFor();
  } },
  match: { path: "/match" },
  "match-none": { path: "/match", act: async (page) => { await page.locator("main .card button").nth(1).click(); await page.waitForTimeout(500); } },
  me: { path: "/me" },
  "me-open": { path: "/me", act: async (page) => { for (const summary of await page.locator("main summary").all()) await summary.click(); } },
  unknown: { path: "/nothing/here" },
  leave: { path: "/me", act: (page) => page.locator("main button.danger").last().click() },
};

for (const { language, scheme, width, height } of looks) {
  test(`the mobilizers' app in ${language}, ${scheme}, at ${width} px`, async ({ page }) => {
    const take = async (name: string) => {
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path: join(folder, `m-${name}-${language}-${scheme}-${width}.png`), fullPage: true });
    };
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    await page.addInitScript((locale) => localStorage.setItem("kith-language", locale), language);
    await page.goto("/m/");
    await take("sign-in");
    await signInOnPhone(page);
    await page.waitForURL(/\/m\/.+/);
    const campaign = new URL(page.url()).pathname;
    for (const [name, { path, act }] of Object.entries(screens).filter(([n]) => n.includes(process.env.PAGES ?? ""))) {
      await page.goto(campaign + path);
      await page.locator("main h1").waitFor();
      await page.waitForLoadState("networkidle");
      await act?.(page);
      await take(name);
    }
  });

  test(`states of the mobilizers' app in ${language}, ${scheme}, at ${width} px`, async ({ page }) => {
    const take = async (name: string) => {
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path: join(folder, `m-${name}-${language}-${scheme}-${width}.png`), fullPage: true });
    };
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    await page.addInitScript((locale) => localStorage.setItem("kith-language", locale), language);
    await signInOnPhone(page, { email: "sam.rivera.1@example.org", name: "Sam Rivera", campaigns: "several" });
    await take("campaigns");
    await page.getByRole("link", { name: /^Spring Primary/ }).click();
    await page.locator(".banner").waitFor();
    await take("closed");
    await page.locator(".bottom-bar a").nth(1).click();
    await page.locator("main .row").first().click();
    await page.locator("h1:focus").waitFor();
    await take("closed-person");
    await page.locator(".bottom-bar a").nth(2).click();
    await take("closed-me");
  });
}
