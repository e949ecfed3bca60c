import type { Browser, Page } from "@playwright/test";
import { expect, expectAccessible, openCampaign, openPage, test } from "./kith";
import { addOneByOne, joinOnPhone } from "./mobilizer/joined";

/** addPeople adds people of the voter file as a new mobilizer, who does not look them up. */
async function addPeople(browser: Browser, ...names: [first: string, last: string][]) {
  const page = await browser.newPage({ baseURL: process.env.KITH_SITE, hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });
  await joinOnPhone(page);
  await addOneByOne(page, ...names);
  await page.getByRole("button", { name: `Add ${names.length} people` }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Find them in the voter file" })).toBeVisible();
  await page.close();
}

/** findCard returns the suggestion for a person, and the address of the contact: several contacts may have the same name. */
async function findCard(page: Page, name: string) {
  const address = await page.getByRole("article", { name, exact: true }).first().getByRole("link").getAttribute("href");
  return { address: address!, card: page.getByRole("article").filter({ has: page.locator(`a[href="${address}"]`) }) };
}

test("an administrator searches for voters of unmatched contacts and accepts one", async ({ page, browser }) => {
  await addPeople(browser, ["Ingrid", "Pemberton"], ["Naomi", "Frost"]);
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("link", { name: "Voter suggestions" }).click();
  await page.getByRole("button", { name: /^Search (for voters|again)$/ }).click();
  await expect(page.getByText(/Contacts searched: \d+/)).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);

  await expect(page.getByRole("article").first()).toContainText(/Last name: (the same|spelled alike|sounds alike|one of two surnames|different)/);

  const accepted = await findCard(page, "Ingrid Pemberton");
  await accepted.card.getByRole("button", { name: /^Match/ }).first().click();
  await expect(accepted.card).toHaveCount(0);

  const declined = await findCard(page, "Naomi Frost");
  const voters = declined.card.getByRole("listitem");
  const before = await voters.count();
  await declined.card.getByRole("button", { name: /^Not this voter/ }).first().click();
  const decline = page.getByRole("dialog", { name: /^Is .* another person than Naomi Frost\?$/ });
  await expect(decline.getByText("This can't be undone.")).toBeVisible();
  await decline.getByRole("button", { name: "Not this voter" }).click();
  await expect(voters).toHaveCount(before - 1);

  await page.goto(accepted.address);
  await expect(page.getByRole("heading", { level: 1, name: "Ingrid Pemberton" })).toBeVisible();
  const log = page.getByRole("table", { name: "Confirmed voters" });
  await expect(log.getByRole("row").nth(1)).toContainText(/Voter ID \w+.*voter file of (MA|NH), .*suggestionAda Demo\d+\.\d\s%1 of \d/);
  await expect(log.getByRole("row").nth(1).getByText(/^Last name: /)).toBeVisible();
});
