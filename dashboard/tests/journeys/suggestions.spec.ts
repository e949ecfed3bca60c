import { expect, expectAccessible, openCampaign, openPage, test } from "./kith";

test("an administrator searches for voters of unmatched contacts and accepts one", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("link", { name: "Voter suggestions" }).click();
  await page.getByRole("button", { name: /^Search (for voters|again)$/ }).click();
  await expect(page.getByText(/Contacts searched: \d+/)).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);

  await expect(page.getByRole("article").first()).toContainText(/Last name: (the same|spelled alike|sounds alike|one of two surnames|different)/);

  const card = page.getByRole("article").first();
  const name = (await card.getAttribute("aria-label"))!;
  const contact = page.getByRole("article", { name, exact: true });
  await contact.getByRole("button", { name: /^Match/ }).first().click();
  await expect(contact).toHaveCount(0);

  const other = page.getByRole("article").first();
  const otherName = (await other.getAttribute("aria-label"))!;
  const voters = page.getByRole("article", { name: otherName, exact: true }).first().getByRole("listitem");
  const before = await voters.count();
  await other.getByRole("button", { name: /^Not this voter/ }).first().click();
  const decline = page.getByRole("dialog", { name: new RegExp(`another person than ${otherName}\\?$`) });
  await expect(decline.getByText("This can't be undone.")).toBeVisible();
  await decline.getByRole("button", { name: "Not this voter" }).click();
  await expect(voters).toHaveCount(before - 1);

  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  await page.goto(page.url() + "?match_status=CONFIRMED");
  await page.getByRole("rowheader", { name }).first().getByRole("link").click();
  const log = page.getByRole("table", { name: "Confirmed voters" });
  await expect(log.getByRole("row").nth(1)).toContainText(/Voter ID \w+.*voter file of (MA|NH), .*suggestionAda Demo\d+\.\d\s%1 of \d/);
  await expect(log.getByRole("row").nth(1).getByText(/^Last name: /)).toBeVisible();
});
