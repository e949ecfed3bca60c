import { expect, expectAccessible, expectReadable, signIn, tabTo, test } from "./kith";

test("somebody new creates an organization and a campaign, publishes and closes it, by keyboard alone", async ({ page }) => {
  const began = Date.now();
  const name = `Lakeside ${began}`;
  await signIn(page, { email: `new.${began}@example.org`, name: "Nia New" });
  await expect(page.getByRole("heading", { level: 1, name: "Create an organization" })).toBeVisible();
  await expect(page).toHaveURL(/\/start$/);
  await expectReadable(page);

  const press = async (button: string) => {
    await tabTo(page, page.getByRole("button", { name: button, exact: true }));
    await page.keyboard.press("Enter");
  };
  const type = async (field: string, text: string) => {
    await tabTo(page, page.getByRole("textbox", { name: field, exact: true }));
    await page.keyboard.type(text);
  };

  await type("Name", name);
  await press("Create the organization");

  await expect(page.getByRole("heading", { level: 1, name: "New campaign" })).toBeFocused();
  await expectReadable(page);
  await type("Name", `Turnout ${began}`);
  await expect(page.getByLabel("Address of the landing page")).toHaveValue(`turnout-${began}`);
  await press("Create the campaign");

  await expect(page.getByRole("heading", { level: 1, name: "Content" })).toBeFocused();
  await expect(page.getByText("How likely is this person to vote?")).toBeVisible();
  await expectReadable(page);
  await tabTo(page, page.getByRole("link", { name: "Add one" }));
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1, name: "New action item" })).toBeFocused();
  await press("Add the action item");
  await expect(page.getByRole("alert")).toBeFocused();
  await expectReadable(page);
  await tabTo(page, page.getByRole("alert").getByRole("link", { name: "Give the action item a title." }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Title" })).toBeFocused();
  await page.keyboard.type("Ask them to vote early");
  await press("Add the action item");

  await expect(page.getByRole("link", { name: "Ask them to vote early" })).toBeVisible();
  await press("Publish");
  await expect(page.getByRole("dialog", { name: `Publish Turnout ${began}?` })).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Publish" }));
  await page.keyboard.press("Enter");

  const announced = page.getByRole("status").filter({ hasText: "is published" });
  await expect(announced).toBeVisible();
  const { color, backgroundColor } = await announced.locator("> *").evaluate((message) => ({ ...getComputedStyle(message) }));
  expect(color, "the message's color, which axe does not judge when it is that of the background").not.toBe(backgroundColor);
  await expect(page.getByRole("heading", { name: "Close the campaign" })).toBeVisible();
  expect(Date.now() - began).toBeLessThan(180_000);

  await press("Close…");
  const closing = page.getByRole("dialog", { name: `Close Turnout ${began}?` });
  await expect(closing.getByRole("textbox")).toBeFocused();
  await expect(closing.getByRole("button", { name: "Close the campaign" })).toBeDisabled();
  await page.keyboard.type(`Turnout ${began}`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("note")).toContainText("Mobilizers can only read.");
  await expect(page.getByRole("button", { name: "Edit: Key Question" })).toHaveAttribute("aria-disabled", "true");
  await expectAccessible(page);
});
