import type { Browser, Page } from "@playwright/test";
import { expect, expectAccessible, invitationLink, openCampaign, openPage, signIn, tabTo, test } from "./kith";

interface Requester {
  email: string;
  name: string;
}

/** acceptAs opens an invitation's link and signs in to accept it. */
async function acceptAs(page: Page, link: string, { email, name }: Requester) {
  await page.goto(link);
  const accept = page.getByRole("button", { name: "Sign in and accept" });
  await accept.waitFor();
  const lastName = page.getByLabel("Last name"); // only mobilizers are asked for it
  if (await lastName.isVisible()) await lastName.fill(name.split(" ")[1]!);
  await accept.click();
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** requestAccess opens an invitation's link in a browser of its own, and requests access with another address. */
async function requestAccess(browser: Browser, link: string, requester: Requester): Promise<Page> {
  const page = await browser.newPage({ baseURL: process.env.KITH_SITE, locale: "en-US" });
  await acceptAs(page, link, requester);
  await page.getByRole("button", { name: `Request access with ${requester.email}` }).click();
  await expect(page.getByText("You've requested access.")).toBeVisible();
  return page;
}

test("an administrator approves an access request by keyboard alone, and the requester accepts the invitation", async ({ page, browser }) => {
  const now = Date.now();
  const invited = `ria.${now}@example.org`;
  const other = { email: `olga.${now}@example.org`, name: "Olga Other" };
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

  const link = await invitationLink(invited);
  const requester = await requestAccess(browser, link, other);

  await page.reload();
  await expect(page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Invitations" })).toContainText("1");
  await tabTo(page, page.getByRole("link", { name: "Access requests 1 access request pending" }));
  await page.keyboard.press("Enter");
  const request = page.getByRole("row", { name: other.email });
  await expect(request).toContainText(invited);
  await expectAccessible(page);
  await press("Approve: Olga Other");
  await expect(request.getByText("Approved", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Access requests", exact: true })).toBeVisible();

  await acceptAs(requester, link, other);
  await expect(requester.getByRole("heading", { level: 1, name: "You've joined Fall Turnout" })).toBeVisible();
  await requester.close();
});

test("an owner approves one access request to administer the organization and declines another", async ({ page, browser }) => {
  const now = Date.now();
  const invited = `adam.${now}@example.org`;
  const known = { email: `adam.home.${now}@example.org`, name: "Adam Home" };
  const unknown = { email: `uma.${now}@example.org`, name: "Uma Unknown" };
  await signIn(page);
  await openPage(page, "Administrators");
  await page.getByRole("button", { name: "Invite an administrator" }).click();
  const invite = page.getByRole("dialog");
  await invite.getByRole("textbox", { name: "Email" }).fill(invited);
  await invite.getByRole("textbox", { name: "First name" }).fill("Adam");
  await invite.getByRole("button", { name: "Save & Invite" }).click();
  const link = await invitationLink(invited);
  const approved = await requestAccess(browser, link, known);
  const declined = await requestAccess(browser, link, unknown);

  await page.reload();
  const invitation = page.getByRole("region", { name: "Invitations" }).getByRole("row", { name: invited });
  await expect(invitation).toContainText("2 access requests pending");
  await invitation.getByRole("button", { name: `Access requests: ${invited}` }).click();
  const dialog = page.getByRole("dialog", { name: "Access requests" });
  await expect(dialog.getByRole("row", { name: known.email })).toContainText("Waiting for a decision");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Approve: Adam Home" }).click();
  await expect(dialog.getByRole("row", { name: known.email })).toContainText("Approved");
  await dialog.getByRole("button", { name: "Decline: Uma Unknown" }).click();
  await expect(dialog.getByRole("row", { name: unknown.email })).toContainText("Declined");
  await expect(dialog.getByRole("button", { name: "Approve: Uma Unknown" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(invitation).not.toContainText("pending");

  await acceptAs(declined, link, unknown);
  await expect(declined.getByText("declined")).toBeVisible();
  await acceptAs(approved, link, known);
  await expect(approved.getByRole("heading", { level: 1, name: /^You're now an administrator of / })).toBeVisible();
  await approved.getByRole("button", { name: "Open the dashboard" }).click();
  await expect(approved.getByRole("link", { name: "Fall Turnout", exact: true })).toBeVisible();
  const onlyOwners = async (name: string) => {
    const button = approved.getByRole("button", { name });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await expect(button).toHaveAccessibleDescription("Only owners can do this.");
  };
  await openPage(approved, "Administrators");
  await onlyOwners("Make admin: Ada Demo");
  await onlyOwners("Remove: Ada Demo");
  await expectAccessible(approved);
  await approved.goto("/");
  await approved.getByRole("link", { name: "Fall Turnout", exact: true }).click();
  await openPage(approved, "Exports");
  await approved.getByRole("link", { name: "Service tokens" }).click();
  await onlyOwners("Create the token");
  await expectAccessible(approved);
  await approved.close();
  await declined.close();

  await page.reload();
  await expect(page.getByRole("region", { name: "People" }).getByRole("row", { name: known.email })).toContainText("Admin");
});
