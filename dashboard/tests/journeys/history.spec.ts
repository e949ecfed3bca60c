import type { Page } from "@playwright/test";
import { expect, openCampaign, openPage, test } from "./kith";

const people = (page: Page) => ({
  match: page.getByRole("combobox", { name: "Voter match" }),
  response: page.getByRole("combobox", { name: "Key Question response" }),
  search: page.getByRole("searchbox"),
  chips: page.getByRole("group", { name: "Filters in use" }).getByRole("button", { name: /^Remove the filter/ }),
  table: page.getByRole("table", { name: "Contacts" }),
  touchpoints: page.getByRole("columnheader", { name: "Touchpoints" }),
});

async function openContacts(page: Page) {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  await expect(people(page).table).toBeVisible();
}

test("Back and Forward undo and repeat each filter and order of a list, and its fields show them", async ({ page }) => {
  await openContacts(page);
  const { match, response, chips, touchpoints } = people(page);
  await match.selectOption("CONFIRMED");
  await expect(chips).toHaveCount(1);
  await response.selectOption("none");
  await expect(chips).toHaveCount(2);
  await touchpoints.getByRole("button").click();
  await expect(touchpoints).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await page.getByRole("textbox", { name: "City" }).fill("Boston");
  await page.getByRole("button", { name: "Show the list" }).click();
  await expect(chips).toHaveCount(3);

  await page.goBack();
  await expect(chips).toHaveCount(2);
  await expect(touchpoints).toHaveAttribute("aria-sort", "ascending");
  await page.goBack();
  await expect(touchpoints).not.toHaveAttribute("aria-sort");
  await expect(response).toHaveValue("none");
  await page.goBack();
  await expect(response).toHaveValue("");
  await expect(match).toHaveValue("CONFIRMED");
  await page.goBack();
  await expect(match).toHaveValue("");
  await expect(chips).toHaveCount(0);
  for (const n of [1, 2]) {
    await page.goForward();
    await expect(chips).toHaveCount(n);
  }
  await expect(response).toHaveValue("none");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(chips).toHaveCount(0);
  await page.goBack();
  await expect(chips).toHaveCount(2);
});

test("what is typed into the search at one go is one step back", async ({ page }) => {
  await openContacts(page);
  const { search, match, table } = people(page);
  await search.pressSequentially("mar", { delay: 450 }); // longer than the pause after which the list is searched
  await expect(page).toHaveURL(/search=mar$/);
  await match.selectOption("CONFIRMED");
  await expect(page).toHaveURL(/match_status=CONFIRMED/);
  await search.fill("ma");
  await expect(page).toHaveURL(/search=ma(&|$)/);

  await page.goBack();
  await expect(search).toHaveValue("mar");
  await expect(match).toHaveValue("CONFIRMED");
  await page.goBack();
  await expect(match).toHaveValue("");
  await page.goBack();
  await expect(search).toHaveValue("");
  await expect(page).toHaveURL(/\/people\/contacts$/);
  await search.pressSequentially("li");
  await expect(page).toHaveURL(/search=li$/);
  await page.goBack();
  await expect(search).toHaveValue("");
  await expect(table.getByRole("rowheader")).toHaveCount(50);
});

for (const { screen, viewport } of [
  { screen: "a laptop", viewport: { width: 1280, height: 860 } },
  { screen: "a phone", viewport: { width: 360, height: 740 } },
]) {
  test(`Back from a person shows the list as it was left, with its rows and at the same place, on ${screen}`, async ({ page }) => {
    await openContacts(page);
    await page.setViewportSize(viewport);
    const { search, table } = people(page);
    await search.fill("a");
    await expect(page).toHaveURL(/search=a$/);
    await expect(table).toHaveAttribute("aria-busy", "false");
    await page.getByRole("button", { name: "Show 50 more" }).click();
    await expect.poll(() => table.getByRole("rowheader").count()).toBeGreaterThan(50);
    const shown = await table.getByRole("rowheader").count();
    const row = table.getByRole("rowheader").nth(shown - 15).getByRole("link");
    await row.scrollIntoViewIfNeeded();
    const { y: place } = (await row.boundingBox())!;

    for (const reload of [false, true]) {
      await row.click();
      await expect(page).toHaveURL(/\/people\/contacts\/[^/?]+$/);
      await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
      expect(await page.evaluate(() => scrollY)).toBe(0);
      if (reload) await page.reload(); // the rows are no longer in the page's memory
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.goBack();
      await expect(search).toHaveValue("a");
      await expect(table.getByRole("rowheader")).toHaveCount(shown);
      await expect.poll(async () => (await row.boundingBox())?.y, `the place in the list${reload ? " after a reload" : ""}`).toBe(place);
    }
    await page.goBack();
    await expect(search).toHaveValue("");
  });
}

test("Back undoes the tab of a profile, and the filter of the invitations", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("table", { name: "Mobilizers" }).getByRole("rowheader").first().getByRole("link").click();
  const tab = (name: string) => page.getByRole("tab", { name, exact: true });
  await tab("Actions").click();
  await tab("Notes").click();
  await expect(tab("Notes")).toHaveAttribute("aria-selected", "true");
  await page.goBack();
  await expect(tab("Actions")).toHaveAttribute("aria-selected", "true");
  await page.goBack();
  await expect(tab("Contacts")).toHaveAttribute("aria-selected", "true");

  await openPage(page, "Invitations");
  const delivery = page.getByRole("combobox", { name: "Delivery" });
  await delivery.selectOption({ label: "Delivered" });
  await expect(page).toHaveURL(/delivery_status=/);
  await page.goBack();
  await expect(delivery).toHaveValue("");
  await expect(page).toHaveURL(/\/invitations$/);
});
