import type { Locator, Page, Request } from "@playwright/test";
import { expect, expectAccessible, expectReadable, openCampaign, signIn, test } from "./kith";

/** others are links to pages that neither the navigation nor a tab leads to, by the address of the page that has them. */
const others: [RegExp, string][] = [
  [/\/content$/, 'a[href*="/content/items/"]:not([href$="/new"])'],
  [/\/people\/(contacts|mobilizers)$/, "th a"],
  [/\/invitations$/, 'a[href$="/invitations/import"]'],
  [/\/o\/[^/]+$/, 'a[href$="/new-campaign"]'],
];

/** expectFitting checks that no column of a table is out of sight. */
async function expectFitting(page: Page) {
  const cut = await page.locator("html, main [role=region]").evaluateAll((all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => `${e.getAttribute("aria-label") ?? "page"}: ${e.scrollWidth} > ${e.clientWidth}`));
  expect.soft(cut, "tables and pages that are wider than the screen").toEqual([]);
}

/** watchRequests returns a function that waits until the page has no request open. */
function watchRequests(page: Page) {
  const open = new Set<Request>();
  page.on("request", (request) => open.add(request));
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => open.delete(request));
  return () => expect.poll(() => open.size, { intervals: [50] }).toBe(0);
}

/** visitEveryPage follows the navigation, the tabs, and one link to each other page. The page that it begins on comes last. */
async function visitEveryPage(page: Page, check: () => Promise<void>) {
  const heading = page.getByRole("heading", { level: 1 });
  const loaded = watchRequests(page);
  const links = page.getByRole("navigation").getByRole("link");
  const open = async (link: Locator) => {
    const address = (await link.getAttribute("href"))!;
    await test.step(address, async () => {
      await link.click();
      await expect(page).toHaveURL((url) => url.pathname.startsWith(address));
      await expect(heading).toBeFocused();
      await loaded();
      await check();
    });
  };
  await links.first().waitFor();
  const first = new URL(page.url()).pathname;
  const seen = new Set([first]);
  for (let next: string | undefined = ""; next !== undefined;) {
    const addresses = await links.evaluateAll((all) => all.map((a) => a.getAttribute("href")!));
    next = addresses.findLast((address) => !seen.has(address)); // tabs stand behind the navigation
    await open(page.locator(`nav a[href="${next ?? first}"]`).first());
    const { pathname } = new URL(page.url());
    seen.add(next ?? first).add(pathname);
    const other = others.find(([address]) => address.test(pathname))?.[1];
    if (!other) continue;
    await open(page.getByRole("main").locator(other).first());
    await page.goBack();
    await loaded();
  }
}

async function visitInBothLanguages(page: Page) {
  test.slow(); // about thirty pages
  await visitEveryPage(page, async () => {
    await expectReadable(page);
    await expectFitting(page);
  });
  await page.evaluate(() => localStorage.setItem("kith-language", "es"));
  await page.reload();
  await visitEveryPage(page, () => expectFitting(page));
}

test("every page of a campaign takes the focus, is accessible in light and dark, and fits in both languages", async ({ page }) => {
  await openCampaign(page);
  await visitInBothLanguages(page);
});

test("every page of an organization takes the focus, is accessible in light and dark, and fits in both languages", async ({ page }) => {
  await signIn(page);
  await visitInBothLanguages(page);
});

test("menus open, walk and close by keyboard, and are accessible", async ({ page }) => {
  await openCampaign(page);
  const button = page.getByRole("button", { name: /Ada Demo/ });
  await button.press("Enter");
  await expect(page.getByRole("menuitemradio", { name: "English" })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Análisis" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Atajos de teclado" });
  await help.getByRole("switch").press("Space");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  await page.keyboard.press("?");
  await expect(help).toHaveCount(0);
  await page.getByRole("button", { name: /Fall Turnout/ }).click();
  await page.getByRole("menuitem", { name: "Next Spring" }).click();
  await expect(page.getByRole("heading", { name: "Esta campaña es un borrador" })).toBeVisible();
});

test("the account menu leads an administrator who is a mobilizer to their campaigns", async ({ page }) => {
  await signIn(page, { email: "sam.rivera.1@example.org", name: "Sam Rivera" });
  await page.getByRole("button", { name: /Sam Rivera/ }).click();
  await page.getByRole("menuitem", { name: "My campaigns as a mobilizer" }).click();
  await expect(page).toHaveURL(/\/m\//);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});
