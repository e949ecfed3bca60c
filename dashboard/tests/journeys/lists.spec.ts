import type { Page } from "@playwright/test";
import { expect, openCampaign, openPage, signIn, test } from "./kith";

/** viewOf returns what a list shows: its filters, headings with their order, and rows, or why there are none. Times such as "2 min ago" are left out. */
const viewOf = (page: Page) => page.getByRole("main").evaluate((main) => {
  const texts = (selector: string) => [...main.querySelectorAll<HTMLElement>(selector)].map((e) => `${e.ariaSort ?? ""} ${e.innerText.replace(/\s+/g, " ")}`);
  return { chips: texts("[role=group] button"), headings: texts("thead th"), rows: texts("tbody th"), count: texts("[role=status]"), empty: texts("h2") };
});

/** expectSameView checks that a reload, Back from another page, and the link in a new tab show the list as it is. */
async function expectSameView(page: Page) {
  const address = page.url();
  const view = await viewOf(page);
  await page.reload();
  await expect.poll(() => viewOf(page), "after a reload").toEqual(view);
  await page.getByRole("navigation").getByRole("link").first().click();
  await expect(page).not.toHaveURL(address);
  await page.goBack();
  await expect(page).toHaveURL(address);
  await expect.poll(() => viewOf(page), "after Back").toEqual(view);
  await page.evaluate(() => localStorage.removeItem("kith-shown-columns:mobilizers"));
  await page.goto("/start");
  await page.goto(address);
  await expect.poll(() => viewOf(page), "by the link").toEqual(view);
}

test("a list of contacts keeps order, columns and pages in its address", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  const table = page.getByRole("table", { name: "Contacts" });
  await table.getByRole("button", { name: "Touchpoints" }).click();
  await table.getByRole("button", { name: "Touchpoints" }).click();
  await expect(table.getByRole("columnheader", { name: "Touchpoints" })).toHaveAttribute("aria-sort", "descending");
  await page.getByRole("button", { name: "Show 50 more" }).click();
  await expect(page).toHaveURL(/[?&]pages=2/);
  await expect(table.getByRole("rowheader").nth(50).getByRole("link")).toBeFocused();
  await expectSameView(page);
  expect(await table.getByRole("rowheader").count()).toBeGreaterThan(50);

  await table.getByRole("button", { name: "Name" }).click();
  await expect(page).not.toHaveURL(/pages=/);
  await expect(table.getByRole("rowheader")).toHaveCount(50);
});

test("a list of mobilizers keeps filters, search and columns in its address, and its copied link has them", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openCampaign(page);
  await openPage(page, "People");
  const table = page.getByRole("table", { name: "Mobilizers" });
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Total contacts" }).uncheck();
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Membership" }).selectOption("In the campaign");
  await page.getByRole("searchbox").fill("a");
  await expect(page).toHaveURL(/left=false.*search=a|search=a.*left=false/);
  await table.getByRole("button", { name: "Name" }).click();
  await expect(table.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await expect(table.getByRole("columnheader", { name: "Total contacts" })).toHaveCount(0);
  await expectSameView(page);

  // Without the columns in the address, this browser's last choice is shown: the copied link names it.
  await page.evaluate(() => localStorage.setItem("kith-shown-columns:mobilizers", "name,state"));
  await openPage(page, "Analytics");
  await openPage(page, "People");
  await page.getByRole("button", { name: "Copy link" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/people\/mobilizers\?columns=name%2Cstate$/);
});

for (const { name, tab, filter, value, search } of [
  { name: "invitations", filter: "Delivery", value: "Delivered", search: "a" },
  { name: "access requests", tab: /^Access requests/, filter: "Status", value: "Approved", search: "example" },
]) {
  test(`a list of ${name} keeps its filters in its address`, async ({ page }) => {
    await openCampaign(page);
    await openPage(page, "Invitations");
    if (tab) await page.getByRole("link", { name: tab }).click();
    await page.getByRole("combobox", { name: filter }).selectOption(value);
    await page.getByRole("searchbox").fill(search);
    await expect(page).toHaveURL(new RegExp(`search=${search}`));
    await expect(page.getByRole("button", { name: `Remove the filter ${filter}: ${value}` })).toBeVisible();
    await expectSameView(page);
  });
}

test("the suppression list keeps its filters in its address, and says when none match", async ({ page }) => {
  await signIn(page);
  await openPage(page, "Suppression list");
  await page.getByRole("combobox", { name: "Status" }).selectOption("No email");
  await expectSameView(page);
  await page.getByRole("searchbox").fill("nobody.at.all");
  await expect(page.getByRole("heading", { name: "No address matches these filters." })).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Clear filters" }).last().click();
  await expect(page.getByRole("table", { name: "Suppression list" })).toBeVisible();
});
