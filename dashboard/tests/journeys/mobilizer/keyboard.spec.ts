import { expectAccessible, tabTo } from "../kith";
import { joinOnPhone } from "./joined";
import { expect, test } from "./phone";

test("somebody adds people, finds them and answers for one by keyboard alone", async ({ page }) => {
  await joinOnPhone(page);
  const press = async (name: string) => {
    await tabTo(page, page.getByRole("button", { name, exact: true }));
    await page.keyboard.press("Enter");
  };
  await tabTo(page, page.getByLabel("First name"));
  for (const [first, last] of [["Ingrid", "Pemberton"], ["Naomi", "Frost"]] as const) {
    await expect(page.getByLabel("First name")).toBeFocused();
    await page.keyboard.type(first);
    await page.keyboard.press("Tab");
    await page.keyboard.type(last);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("checkbox", { name: `${first} ${last}` })).toBeChecked();
  }
  await press("Add 2 people");

  await expect(page.getByRole("heading", { level: 1, name: "Find them in the voter file" })).toBeFocused();
  await expectAccessible(page);
  for (const name of ["Is this Naomi?", "Is this Ingrid?"]) {
    await expect(page.getByRole("heading", { name })).toBeVisible();
    await tabTo(page, page.getByRole("radio").first());
    await page.keyboard.press("Space");
    await press("Yes");
  }
  await expect(page.getByRole("heading", { name: "Noa Sol" })).toBeFocused();
  await press("Later");
  await tabTo(page, page.getByRole("main").getByRole("link", { name: "Who next?" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Who next?" })).toBeFocused();
  await tabTo(page, page.getByRole("radio").first());
  const answering = page.waitForResponse((response) => response.request().method() === "PUT" && response.url().endsWith("/answer"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect((await answering).status()).toBe(200);
  await press("Undo");
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(0);
});
