import { expect, expectAccessible, openPage, signIn, test } from "./kith";

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

  await page.getByRole("button", { name: /^Invite as owner: / }).click();
  const invite = page.getByRole("dialog");
  await expect(invite.getByRole("combobox", { name: "Role" })).toHaveValue("owner");
  await expect(invite.getByRole("textbox", { name: "Email" })).not.toHaveValue("");
  await expectAccessible(page);
  await invite.getByRole("button", { name: "Save & Invite" }).click();
  const invitation = page.getByRole("region", { name: "Invitations" }).getByRole("row").nth(1);
  await expect(invitation).toContainText("Owner");
  await invitation.getByRole("button", { name: /^Access requests: / }).click();
  await expect(page.getByRole("dialog").getByText("No access requests yet")).toBeVisible();
});
