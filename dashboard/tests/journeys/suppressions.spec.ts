import { expect, expectAccessible, openPage, signIn, test } from "./kith";

test("an owner finds a bounced address, lifts it with a reason, and saves the list", async ({ page }) => {
  await signIn(page);
  await openPage(page, "Suppression list");
  const table = page.getByRole("table", { name: "Suppression list" });
  await expect(table.getByRole("row", { name: /Marked as spam/ }).first()).toBeVisible();
  await expect(table.getByRole("row", { name: /Unsubscribed/ }).first()).toBeVisible();
  await expectAccessible(page);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as CSV" }).click();
  expect((await download).suggestedFilename()).toBe("suppression-list.csv");

  await page.getByRole("searchbox", { name: "Search by email" }).fill("lou.typo");
  await page.getByRole("button", { name: /^Lift: bounce\+lou\.typo/ }).first().click();
  const dialog = page.getByRole("dialog", { name: /lou\.typo.* again\?$/ });
  await expect(dialog.getByRole("button", { name: "Lift" })).toBeDisabled();
  await dialog.getByRole("textbox").fill("Lou has a new mailbox.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Lift" }).click();
  await expect(page.getByRole("status").filter({ hasText: "can get email again" })).toBeVisible();
  await expect(table.getByRole("row", { name: /Lou has a new mailbox\./ }).first()).toBeVisible();
});
