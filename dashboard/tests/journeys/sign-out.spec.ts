import { expect, openCampaign, test } from "./kith";

test("an administrator who signs out has to sign in again", async ({ page }) => {
  await openCampaign(page);
  const campaign = page.url();
  await page.getByRole("button", { name: /Ada Demo/ }).click();
  const revoked = page.waitForRequest((request) => request.url().endsWith("/oauth2/revoke"));
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  expect((await revoked).postData()).toContain("token_type_hint=refresh_token");
  await expect(page.getByRole("heading", { name: "Sign out?" })).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("main").getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.goto(campaign);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
