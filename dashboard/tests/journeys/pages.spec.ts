import type { Page } from "@playwright/test";
import { expect, expectAccessible, openCampaign, signIn, test } from "./kith";

async function visitEveryPage(page: Page) {
  const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  const current = await links.and(page.locator("[aria-current]")).textContent();
  const names = await links.allTextContents();
  for (const name of [...names.filter((n) => n !== current), current!]) {
    await test.step(name, async () => {
      await links.filter({ hasText: name }).click();
      await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
      await page.waitForLoadState("networkidle");
      await expectAccessible(page);
    });
  }
}

test("every page of a campaign takes the focus and is accessible", async ({ page }) => {
  await openCampaign(page);
  await visitEveryPage(page);
});

test("every page of an organization takes the focus and is accessible", async ({ page }) => {
  await signIn(page);
  await visitEveryPage(page);
});

test("menus open, walk and close by keyboard, and are accessible", async ({ page }) => {
  await openCampaign(page);
  const button = page.getByRole("button", { name: /Ada Demo/ });
  await button.press("Enter");
  await expect(page.getByRole("menuitemradio", { name: "English" })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Análisis" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  await page.getByRole("button", { name: /Fall Turnout/ }).click();
  await page.getByRole("menuitem", { name: "Next Spring" }).click();
  await expect(page.getByRole("heading", { name: "Esta campaña es un borrador" })).toBeVisible();
});
