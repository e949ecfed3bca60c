import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, openPage, signIn, test } from "./kith";

/** deleteAll deletes invitations, such as those of an earlier run. */
async function deleteAll(page: Page, invitations: Locator) {
  for (let left = await invitations.count(); left > 0; left--) {
    await invitations.first().getByRole("button", { name: /^Delete: / }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(invitations).toHaveCount(left - 1);
  }
}

test("the last owner sees which tokens would end, can't leave, and invites an admin as an owner", async ({ page }) => {
  await signIn(page);
  await openPage(page, "Administrators");
  await page.getByRole("button", { name: "Leave" }).click();
  const leave = page.getByRole("dialog");
  await expect(leave.getByText("Programs use these service tokens, which Ada Demo created:")).toBeVisible();
  await expect(leave.getByRole("checkbox", { name: "Keep these service tokens" })).not.toBeChecked();
  await expectAccessible(page);
  await leave.getByRole("button", { name: "Leave" }).click();
  await expect(leave.getByText("Invite another owner. Once they have accepted, you can repeat this.")).toBeVisible();
  await leave.getByRole("button", { name: "Cancel" }).click();

  // An accepted invitation, which Sam has too, can't be deleted.
  const invitation = page.getByRole("region", { name: "Invitations" }).getByRole("row", { name: /^sam\.rivera/ }).filter({ has: page.getByRole("button", { name: /^Delete: / }) });
  await deleteAll(page, invitation);
  await page.getByRole("button", { name: "Invite as owner: Sam Rivera" }).click();
  const invite = page.getByRole("dialog");
  await expect(invite.getByRole("combobox", { name: "Role" })).toHaveValue("owner");
  const email = await invite.getByRole("textbox", { name: "Email" }).inputValue();
  expect(email).toMatch(/^sam\.rivera/);
  await expectAccessible(page);
  await invite.getByRole("button", { name: "Save & Invite" }).click();
  await expect(invitation).toContainText("Owner");
  await invitation.getByRole("button", { name: /^Access requests: / }).click();
  await expect(page.getByRole("dialog").getByText("No access requests yet")).toBeVisible();
  await page.keyboard.press("Escape");

  await invitation.getByRole("button", { name: /^Revoke: / }).click();
  const revoke = page.getByRole("dialog", { name: /^Revoke the invitation of / });
  await expect(revoke.getByText("Its link stops working.")).toBeVisible();
  await revoke.getByRole("button", { name: "Cancel" }).click();
  await expect(invitation).toContainText("Open");
  await invitation.getByRole("button", { name: /^Revoke: / }).click();
  await revoke.getByRole("button", { name: "Revoke" }).click();
  await expect(invitation).toContainText("Revoked");
});
