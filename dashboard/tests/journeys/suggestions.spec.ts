import { expect, expectAccessible, openCampaign, openPage, test } from "./kith";

test("an administrator searches for voters of unmatched contacts and accepts one", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("link", { name: "Voter suggestions" }).click();
  await page.getByRole("button", { name: "Search for voters" }).click();
  await expect(page.getByText(/Contacts searched: \d+/)).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);

  await expect(page.getByRole("article").first()).toContainText(/Last name: (the same|spelled alike|sounds alike|one of two surnames)/);

  const card = page.getByRole("article").first();
  const name = (await card.getAttribute("aria-label"))!;
  const contact = page.getByRole("article", { name, exact: true });
  await contact.getByRole("button", { name: /^Match/ }).first().click();
  await expect(contact).toHaveCount(0);

  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  await page.goto(page.url() + "?match_status=CONFIRMED");
  await page.getByRole("rowheader", { name }).first().getByRole("link").click();
  const log = page.getByRole("table", { name: "Confirmed voters" });
  await expect(log.getByRole("row").nth(1)).toContainText(/suggestionuser \S+?\d+\.\d\s%1 of \d/);
  await expect(log.getByRole("row").nth(1).getByText(/^Last name: /)).toBeVisible();
});
