import { expect, expectAccessible, openCampaign, openPage, showIn, test } from "./kith";

test("short messages can be read in light and in dark, and a failure stays until it is closed", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openCampaign(page);
  await openPage(page, "Invitations");
  const message = page.getByRole("status").filter({ hasText: "Copied" });
  for (const scheme of ["light", "dark"] as const) {
    await showIn(page, scheme);
    await page.getByRole("button", { name: /^Copy/ }).first().click();
    await expect(message).toBeVisible();
    await expectAccessible(page, message);
    await expect(message).toHaveCount(0, { timeout: 10_000 });
  }

  await page.route("**/resend", (route) => route.abort());
  await page.getByRole("button", { name: "Resend" }).first().click();
  const failure = page.getByRole("status").filter({ hasText: "Check your connection, then try again." });
  for (const scheme of ["dark", "light"] as const) {
    await showIn(page, scheme);
    await expectAccessible(page, failure);
  }
  await page.getByRole("button", { name: "Close the message" }).click();
  await expect(failure).toHaveCount(0);
});
