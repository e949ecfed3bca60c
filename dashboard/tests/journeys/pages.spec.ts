import { expect, expectAccessible, openCampaign, test } from "./kith";

test("every page of a campaign takes the focus and is accessible", async ({ page }) => {
  await openCampaign(page);
  const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  const [first, ...others] = await links.allTextContents();
  for (const name of [...others, first!]) {
    await test.step(name, async () => {
      await links.filter({ hasText: name }).click();
      await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
      await page.waitForLoadState("networkidle");
      await expectAccessible(page);
    });
  }
});
