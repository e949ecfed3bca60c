import { expectAccessibleInBoth } from "./joined";
import { expect, signInOnPhone, test } from "./phone";

test("a mobilizer signs in and every page takes the focus and is accessible", async ({ page }) => {
  await signInOnPhone(page);
  const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  for (const name of ["People", "Me", "Next"]) {
    await test.step(name, async () => {
      await links.filter({ hasText: name }).click();
      await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
      await expectAccessibleInBoth(page);
    });
  }
});
