import type { Page } from "@playwright/test";
import { signIn, test } from "../journeys/kith";
import { attempt, contextOf, isWanted, looks, take } from "./looks";

/** pages lists the addresses of a campaign and an organization, without those that need an id of something else. */
const pages = {
  content: "/c/{campaign}/content",
  "action-item-new": "/c/{campaign}/content/items/new",
  analytics: "/c/{campaign}/analytics",
  mobilizers: "/c/{campaign}/people/mobilizers",
  contacts: "/c/{campaign}/people/contacts",
  "contacts-filtered": "/c/{campaign}/people/contacts?match_status=CONFIRMED&touchpoints_min=1&sort=touchpoints&order=desc",
  "contacts-none": "/c/{campaign}/people/contacts?search=zzzz",
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
  "no-page": "/c/{campaign}/nothing",
  "no-campaign": "/c/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000/content",
  "draft-content": "/c/{draft}/content",
  "draft-analytics": "/c/{draft}/analytics",
  "draft-contacts": "/c/{draft}/people/contacts",
  "draft-invitations": "/c/{draft}/invitations",
  "draft-exports": "/c/{draft}/exports",
};

/** closed are pages of the campaign that has ended, which another owner has. */
const closed = { "closed-content": "content", "closed-analytics": "analytics", "closed-mobilizers": "people/mobilizers", "closed-invitations": "invitations" };

/** details are pages that the first row of a list leads to. */
const details = { mobilizer: `${pages.mobilizers}?sort=total_contacts&order=desc`, contact: `${pages.contacts}?match_status=CONFIRMED&sort=touchpoints&order=desc`, "action-item": pages.content };

/** searchVoters fills the page of voter suggestions. */
async function searchVoters(page: Page) {
  const searched = page.waitForResponse((response) => response.request().method() === "POST" && response.ok());
  await page.getByRole("button", { name: /^(Search for voters|Buscar votantes|Search again|Buscar de nuevo)$/ }).click();
  await searched;
  await page.waitForResponse((response) => response.request().method() === "GET" && /voter-suggestions/.test(response.url()));
  await page.getByText(/^(Searching|Buscando)/).waitFor({ state: "detached" });
  await page.getByText(/Contacts searched|Contactos buscados/).waitFor();
}

/** idOf opens a campaign of the organization by its name and returns its id. */
async function idOf(page: Page, organization: string, name: string) {
  await page.goto(`/o/${organization}`);
  await page.getByRole("main").getByRole("link", { name, exact: true }).click();
  await page.waitForURL(/\/c\//);
  return /\/c\/([^/]+)/.exec(page.url())![1]!;
}

for (const look of looks) {
  test.describe(`${look.language} at ${look.width} px`, () => {
    test.use(contextOf(look));

    test(`pages in ${look.language} at ${look.width} px`, async ({ page }) => {
      await page.goto("/");
      if (isWanted("welcome")) await take(page, look, "welcome");
      await signIn(page);
      const organization = /\/o\/([^/]+)/.exec(page.url())![1]!;
      const ids = { organization, campaign: await idOf(page, organization, "Fall Turnout"), draft: await idOf(page, organization, "Next Spring") };
      const open = async (path: string) => {
        await page.goto(path.replace(/\{(\w+)\}/g, (_, name: keyof typeof ids) => ids[name]));
        await page.getByRole("main").locator("h1, h2, [role=alert]").first().waitFor();
      };
      for (const [name, path] of Object.entries(pages).filter(([name]) => isWanted(name))) {
        await attempt(name, async () => {
          await open(path);
          if (name === "suggestions") await searchVoters(page);
          await take(page, look, name);
        });
      }
      for (const [name, path] of Object.entries(details).filter(([name]) => isWanted(name))) {
        await attempt(name, async () => {
          await open(path);
          await page.waitForLoadState("networkidle");
          const links = path === pages.content ? page.locator('a[href*="/content/items/"]:not([href$="/new"])') : page.getByRole("rowheader").getByRole("link");
          await links.first().click();
          await page.waitForURL((url) => /\/(items|mobilizers|contacts)\/./.test(url.pathname));
          await page.getByRole("heading", { level: 1 }).waitFor();
          await take(page, look, name);
        });
      }
    });

    test(`a closed campaign in ${look.language} at ${look.width} px`, async ({ page }) => {
      const names = Object.entries(closed).filter(([name]) => isWanted(name));
      if (names.length === 0) return;
      await signIn(page, { email: "pat@example.org", name: "Pat Prairie" });
      const campaign = await idOf(page, /\/o\/([^/]+)/.exec(page.url())![1]!, "Spring Primary");
      for (const [name, path] of names) {
        await attempt(name, async () => {
          await page.goto(`/c/${campaign}/${path}`);
          await page.getByRole("heading", { level: 1 }).waitFor();
          await take(page, look, name);
        });
      }
    });
  });
}
