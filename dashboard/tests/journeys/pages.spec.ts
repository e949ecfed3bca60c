import type { Locator, Page, Request } from "@playwright/test";
import { expect, expectAccessible, expectReadable, openCampaign, showIn, signIn, test } from "./kith";
import { expectUnbroken, lengthenNames } from "./long";

/** others are links to pages that neither the navigation nor a tab leads to, by the address of the page that has them. */
const others: [RegExp, string][] = [
  [/\/content$/, 'a[href*="/content/items/"]:not([href$="/new"])'],
  [/\/people\/(contacts|mobilizers)$/, "th a"],
  [/\/invitations$/, 'a[href$="/invitations/import"]'],
  [/\/o\/[^/]+$/, 'a[href$="/new-campaign"]'],
];

/** full checks every page in both languages and widths, light and dark, with open menus and under the pointer, as make soak does. */
const full = process.env.KITH_SOAK !== undefined;

/** checkPage checks that a page is accessible, has contrast and fits; its headings and texts are read once, its colors in light and dark. */
async function checkPage(page: Page) {
  if (full) return checkInFull(page);
  await expectReadable(page);
  await expectFitting(page);
}

async function checkInFull(page: Page) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 860 });
    for (const scheme of ["dark", "light"] as const) {
      await test.step(`${width} px, ${scheme}`, async () => {
        await showIn(page, scheme);
        await expectAccessible(page);
        await expectFitting(page);
        await checkHovered(page);
        await checkMenus(page, page.locator("body"));
        const burger = page.locator("button[aria-controls=navigation]");
        if (!(await burger.isVisible())) return;
        await burger.click();
        await expectAccessible(page);
        await expect(page.locator("main")).toHaveAttribute("inert"); // the menu covers it
        await checkMenus(page, page.locator("#navigation"));
        await burger.click();
      });
    }
  }
}

/** checkHovered checks the colors of a row, a link and a button of each kind that is in sight while the pointer is on them. */
async function checkHovered(page: Page) {
  for (const kind of ["main tbody tr", "main a", "nav a", "main button:not([aria-disabled=true])"]) {
    const element = page.locator(`${kind}:visible`).last();
    if ((await element.count()) === 0) continue;
    await element.hover({ timeout: 5_000 });
    await expectAccessible(page, element);
  }
  await page.mouse.move(0, 0);
}

/** checkMenus opens each menu in sight within a part of the page and checks it. */
async function checkMenus(page: Page, part: Locator) {
  for (const button of await part.locator("button[popovertarget]:visible").all()) {
    await button.click({ timeout: 5_000 });
    const menu = page.locator("[popover]:popover-open");
    await expectAccessible(page, menu);
    await page.keyboard.press("Escape");
    await expect(menu).toHaveCount(0);
  }
}

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
  if (full) test.setTimeout(3_600_000);
  else test.slow(); // about thirty pages
  await visitEveryPage(page, () => checkPage(page));
  await page.evaluate(() => localStorage.setItem("kith-language", "es"));
  await page.reload();
  await visitEveryPage(page, () => (full ? checkPage(page) : expectFitting(page)));
}

test("every page of a campaign takes the focus, is accessible in light and dark, and fits in both languages", async ({ page }) => {
  await openCampaign(page);
  await visitInBothLanguages(page);
});

test("every page of an organization takes the focus, is accessible in light and dark, and fits in both languages", async ({ page }) => {
  await signIn(page);
  await visitInBothLanguages(page);
});

for (const [kind, open] of [["a campaign", openCampaign], ["an organization", signIn]] as const) {
  test(`long names and addresses break well on every page of ${kind}`, async ({ page }) => {
    test.slow();
    await lengthenNames(page);
    await open(page);
    await visitEveryPage(page, () => expectUnbroken(page));
  });
}

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
