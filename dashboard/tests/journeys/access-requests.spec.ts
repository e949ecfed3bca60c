import type { Page } from "@playwright/test";
import { expect, expectAccessible, invitationLink, openCampaign, openPage, tabTo, test } from "./kith";

/** acceptAs opens an invitation's link and signs in to accept it. */
async function acceptAs(page: Page, link: string, email: string) {
  await page.goto(link);
  await page.getByLabel("Last name").fill("Other");
  await page.getByRole("button", { name: "Sign in and accept" }).click();
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill("Olga Other");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("an administrator approves an access request by keyboard alone, and the requester accepts the invitation", async ({ page, browser }) => {
  const now = Date.now();
  const invited = `ria.${now}@example.org`;
  const other = `olga.${now}@example.org`;
  await openCampaign(page);
  await openPage(page, "Invitations");
  const press = async (name: string) => {
    await tabTo(page, page.getByRole("button", { name, exact: true }));
    await page.keyboard.press("Enter");
  };
  await press("Invite Mobilizer");
  await page.keyboard.type(invited);
  await page.keyboard.press("Tab");
  await page.keyboard.type("Ria");
  await page.keyboard.press("Enter");
  await expect(page.getByText("You can invite the next person")).toBeVisible();
  await page.keyboard.press("Escape");

  const requester = await browser.newPage({ baseURL: process.env.KITH_SITE, locale: "en-US" });
  const link = await invitationLink(invited);
  await acceptAs(requester, link, other);
  await requester.getByRole("button", { name: `Request access with ${other}` }).click();
  await expect(requester.getByText("You've requested access.")).toBeVisible();

  await page.reload();
  await expect(page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Invitations" })).toContainText("1");
  await tabTo(page, page.getByRole("link", { name: "Access requests 1 access request pending" }));
  await page.keyboard.press("Enter");
  const request = page.getByRole("row", { name: other });
  await expect(request).toContainText(invited);
  await expectAccessible(page);
  await press("Approve: Olga Other");
  await expect(request.getByText("Approved", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Access requests", exact: true })).toBeVisible();

  await acceptAs(requester, link, other);
  await expect(requester.getByRole("heading", { level: 1, name: "You've joined Fall Turnout" })).toBeVisible();
  await requester.close();
});
