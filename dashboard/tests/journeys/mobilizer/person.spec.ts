import { expectAccessible, tabTo } from "../kith";
import { expect, signInOnPhone, test } from "./phone";

test("a mobilizer answers for the next person, takes it back, writes a note and skips", async ({ page }) => {
  await signInOnPhone(page);
  const name = page.getByRole("main").getByRole("heading", { level: 2 });
  const first = (await name.textContent())!;
  await page.getByRole("radio", { name: "Leaning yes" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("radio", { name: "Leaning yes" })).not.toBeChecked();
  await page.getByRole("button", { name: "+ Note" }).click();
  await page.getByLabel("Note").fill("Votes before work");
  await expectAccessible(page);
  await page.getByRole("radio", { name: "Leaning yes" }).click();
  await page.getByRole("button", { name: "Save the note" }).click();
  await expect(name).not.toHaveText(first);
  await expect(name).toBeFocused();
  const second = (await name.textContent())!;
  await page.getByRole("button", { name: "Skip" }).click();
  await expect(name).not.toHaveText(second);

  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "People", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search" }).fill(first);
  await page.getByRole("main").getByRole("link", { name: first }).click();
  await expect(page.getByRole("radio", { name: "Leaning yes" })).toBeChecked();
  await expect(page.getByText("Votes before work")).toBeVisible();
  await expectAccessible(page);
});

test("a mobilizer does an action item by message, makes a vote plan, edits and removes a person, and takes that back", async ({ page }) => {
  await signInOnPhone(page);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "People", exact: true }).click();
  await page.getByRole("button", { name: "To do" }).click();
  await page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toBeFocused();

  const flyer = page.getByRole("region", { name: "Hand over the flyer" });
  if (await flyer.getByRole("button", { name: "Message" }).isVisible()) {
    await flyer.getByRole("button", { name: "Message" }).click();
    await expect(page.getByLabel("Text")).toHaveValue(/^Hi \S+! I have a flyer/);
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("link", { name: "Text message" }).evaluate((link) => link.addEventListener("click", (event) => event.preventDefault()));
    await page.getByRole("dialog").getByRole("link", { name: "Text message" }).click();
    await page.getByRole("button", { name: "Yes, I sent it" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
  }

  await page.getByRole("button", { name: /^(Make a|Change the) plan$/ }).click();
  if (await page.getByLabel("When will they vote?").isVisible()) await page.getByLabel("When will they vote?").fill("At 8");
  else await page.getByLabel("Plan", { exact: true }).fill("When: At 8");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("When: At 8")).toBeVisible();

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByLabel("City").fill("Lowell");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("main").getByText("Lowell")).toBeVisible();

  const name = (await heading.textContent())!;
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Remove/ }).click();
  await expect(page.getByRole("main").getByRole("link", { name })).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("main").getByRole("link", { name })).toHaveCount(1);
});

test("the queue works by keyboard alone, and arrow keys save nothing", async ({ page }) => {
  await signInOnPhone(page);
  const name = page.getByRole("main").getByRole("heading", { level: 2 });
  const first = (await name.textContent())!;
  const saved = page.getByText("Saved");
  await tabTo(page, page.getByRole("radio").first());
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio").nth(2)).toBeChecked();
  await expect(saved).toBeHidden();
  await page.keyboard.press("Enter");
  await expect(saved).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Next person" }));
  await page.keyboard.press("Enter");
  await expect(name).not.toHaveText(first);
  await expect(name).toBeFocused();
});
