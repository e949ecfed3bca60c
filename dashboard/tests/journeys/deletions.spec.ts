import type { Page } from "@playwright/test";
import { expect, expectAccessible, openCampaign, openPage, signIn, test } from "./kith";

/** confirmDeletion confirms the open dialog, whose text must name what is deleted. */
async function confirmDeletion(page: Page, text: string) {
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(text)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog).toHaveCount(0);
}

test("an administrator deletes a draft campaign with its action item, after deleting another item", async ({ page }) => {
  const name = `Draft ${Date.now()}`;
  await signIn(page);
  await page.getByRole("link", { name: "New campaign" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Content" })).toBeVisible();
  await page.getByRole("link", { name: /^Add (an action item|one)$/ }).first().click();
  await page.getByRole("textbox", { name: "Title", exact: true }).fill("Call them");
  await page.getByRole("button", { name: "Add the action item" }).click();
  await page.getByRole("link", { name: "Call them" }).click();
  await page.getByRole("button", { name: "Delete: Call them" }).click();
  await confirmDeletion(page, "Nobody has answered it.");
  await expect(page.getByText("No action items yet")).toBeVisible();

  await page.getByRole("button", { name: `Delete: ${name}` }).click();
  await confirmDeletion(page, "the address of its landing page is free again");
  await expect(page.getByRole("heading", { level: 1, name: "Campaigns" })).toBeVisible();
  await expect(page.getByRole("link", { name })).toHaveCount(0);
});

test("an administrator deletes an invitation that was never accepted", async ({ page }) => {
  const email = `del.${Date.now()}@example.org`;
  await openCampaign(page);
  await openPage(page, "Invitations");
  await page.getByRole("button", { name: "Invite Mobilizer" }).click();
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("textbox", { name: "First name" }).fill("Del");
  await page.getByRole("button", { name: "Save & Invite" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("row", { name: email }).getByRole("button", { name: "Delete: invitation of Del" }).click();
  await confirmDeletion(page, "its links stop working");
  await expect(page.getByRole("rowheader", { name: email })).toHaveCount(0);
});
