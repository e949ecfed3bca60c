import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "../journeys/kith";

const folder = join(import.meta.dirname, "../../node_modules/.cache/screens");

/** pages lists the addresses of a campaign and an organization, without those that need an id of something else. */
const pages = {
  content: "/c/{campaign}/content",
  analytics: "/c/{campaign}/analytics",
  mobilizers: "/c/{campaign}/people/mobilizers",
  contacts: "/c/{campaign}/people/contacts",
  suggestions: "/c/{campaign}/people/suggestions",
  invitations: "/c/{campaign}/invitations",
  "access-requests": "/c/{campaign}/invitations/requests",
  "invitation-import": "/c/{campaign}/invitations/import",
  exports: "/c/{campaign}/exports",
  schedules: "/c/{campaign}/exports/schedules",
  tokens: "/c/{campaign}/exports/tokens",
  campaigns: "/o/{organization}",
  "new-campaign": "/o/{organization}/new-campaign",
  details: "/o/{organization}/details",
  administrators: "/o/{organization}/administrators",
  "voter-files": "/o/{organization}/voter-files",
  mail: "/o/{organization}/mail",
  suppressions: "/o/{organization}/suppressions",
  start: "/start",
};

/** details are pages that the first row of a list leads to. */
const details = { mobilizer: pages.mobilizers, contact: pages.contacts, "action-item": pages.content };

const looks = [
  { language: "en", scheme: "light", width: 1280 },
  { language: "es", scheme: "dark", width: 1280 },
  { language: "es", scheme: "light", width: 360 },
  { language: "en", scheme: "dark", width: 360 },
] as const;

/** searchVoters fills the page of voter suggestions. */
async function searchVoters(page: Page) {
  await page.getByRole("button", { name: /^(Search for voters|Buscar votantes|Search again|Buscar de nuevo)$/ }).click();
  await page.getByText(/Contacts searched|Contactos buscados/).waitFor();
}

for (const { language, scheme, width } of looks) {
  test(`pages in ${language}, ${scheme}, at ${width} px`, async ({ page }) => {
    await signIn(page);
    await page.getByRole("link", { name: "Fall Turnout", exact: true }).click();
    await page.waitForURL(/\/c\//);
    const campaign = /\/c\/([^/]+)/.exec(page.url())![1]!;
    const organization = /\/o\/([^/]+)/.exec((await page.locator('a[href*="/o/"]').first().getAttribute("href"))!)![1]!;
    await page.evaluate(([locale, colors]) => {
      localStorage.setItem("kith-language", locale!);
      localStorage.setItem("mantine-color-scheme-value", colors!);
    }, [language, scheme]);
    await page.setViewportSize({ width, height: 860 });

    const take = async (name: string) => {
      await page.waitForLoadState("networkidle");
      await expect(page.getByRole("status", { name: /^(Loading|Cargando)$/ })).toHaveCount(0);
      await page.screenshot({ path: join(folder, `${name}-${language}-${scheme}-${width}.png`), fullPage: true });
    };
    const wanted = (name: string) => name.includes(process.env.PAGES ?? "");
    const open = async (path: string) => {
      await page.goto(path.replace("{campaign}", campaign).replace("{organization}", organization));
      await page.getByRole("heading", { level: 1 }).waitFor();
    };
    for (const [name, path] of Object.entries(pages).filter(([name]) => wanted(name))) {
      await open(path);
      if (name === "suggestions") await searchVoters(page);
      await take(name);
    }
    for (const [name, path] of Object.entries(details).filter(([name]) => wanted(name))) {
      await open(path);
      await page.waitForLoadState("networkidle");
      const links = path === pages.content ? page.locator('a[href*="/content/items/"]:not([href$="/new"])') : page.getByRole("rowheader").getByRole("link");
      await links.first().click();
      await page.waitForURL((url) => !url.pathname.endsWith(path.split("/").at(-1)!));
      await page.getByRole("heading", { level: 1 }).waitFor();
      await take(name);
    }
  });
}
