import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, showIn } from "../journeys/kith";

const folder = join(import.meta.dirname, "../../node_modules/.cache/screens");

/** Look is a language and a screen. Each is taken in light and in dark. */
export interface Look {
  language: "en" | "es";
  width: number;
}

export const looks: Look[] = [
  { language: "en", width: 1280 },
  { language: "es", width: 1280 },
  { language: "en", width: 360 },
  { language: "es", width: 360 },
];

/** contextOf returns Playwright's options for a look: narrow screens are phones. */
export const contextOf = ({ language, width }: Look) => ({
  locale: language === "es" ? "es-MX" : "en-US",
  viewport: { width, height: width < 768 ? 740 : 860 },
  hasTouch: width < 768,
  isMobile: width < 768,
});

/** isWanted reports whether PAGES, a regular expression, chooses a picture. */
export const isWanted = (name: string) => new RegExp(process.env.PAGES ?? "").test(name);

/** take writes a picture of the page in light and one in dark. whole takes what is below the screen, too. */
export async function take(page: Page, { language, width }: Look, name: string, whole = true) {
  await page.waitForLoadState("networkidle");
  await page.getByRole("status", { name: /^(Loading|Cargando)/ }).first().waitFor({ state: "detached" });
  const screen = page.viewportSize()!;
  // A phone's screen grows instead: Chromium takes a whole page without touch, and then its buttons are small.
  if (whole && width < 768) await page.setViewportSize({ width, height: Math.max(screen.height, await page.evaluate(() => document.documentElement.scrollHeight)) });
  for (const colorScheme of ["light", "dark"] as const) {
    await showIn(page, colorScheme);
    await page.screenshot({ path: join(folder, `${name}-${language}-${colorScheme}-${width}.png`), fullPage: whole && width >= 768, animations: "disabled" });
  }
  await showIn(page, "light");
  await page.setViewportSize(screen);
}

/** attempt goes on to the next picture when one can't be taken, and fails the test at its end. */
export async function attempt(name: string, picture: () => Promise<void>) {
  const error = await picture().catch((reason: unknown) => String(reason));
  expect.soft(error, name).toBeUndefined();
}

const locales = join(import.meta.dirname, "../../locales");

/** spanish has the Spanish text of every message. */
const spanish = new Map(readdirSync(locales).flatMap((part) => [...readFileSync(join(locales, part, "es.po"), "utf8").matchAll(/^msgid "(.+)"\nmsgstr "(.+)"$/gm)].map(([, en, es]) => [en!, es!] as const)));

/** wordsOf returns a function that translates an English message to the language of a look. */
export const wordsOf = ({ language }: Look) => (text: string) => {
  const words = language === "en" ? text : spanish.get(text);
  if (words === undefined) throw new Error(`no message "${text}"`);
  return words;
};
