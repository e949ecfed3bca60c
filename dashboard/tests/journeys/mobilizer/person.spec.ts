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
  const heading = page.getByRole("heading", { level: 1 });
  const flyer = page.getByRole("main").locator("section.card").filter({ hasText: "Hand over the flyer" });
  for (const name of (await page.getByRole("main").locator(".row-name").allTextContents()).slice(0, 8)) {
    await page.getByRole("main").getByRole("link", { name }).click();
    await expect(heading).toHaveText(name);
    if ((await flyer.getByRole("button", { name: "Message" }).count()) > 0) break;
    await page.goBack();
    await expect(heading).toHaveText("People");
  }

  await flyer.getByRole("button", { name: "Message" }).click();
  await expect(page.getByLabel("Text")).toHaveValue(/^Hi \S+! I have a flyer/);
  await expectAccessible(page);
  const link = page.getByRole("dialog").getByRole("link", { name: "Text message" });
  await link.evaluate((element) => element.addEventListener("click", (event) => event.preventDefault()));
  await link.click();
  await page.getByRole("button", { name: "Yes, I sent it" }).click();
  await expect(page.getByText("Saved")).toBeVisible();

  await page.getByRole("button", { name: /^(Make a|Change the) plan$/ }).click();
  await page.getByLabel("When will they vote?").or(page.getByLabel("Plan", { exact: true })).fill("At 8 or so");
  await page.locator("form button.primary").click();
  await expect(page.getByText(/At 8 or so$/)).toBeVisible();

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByLabel("City").fill("Lowell");
  await expectAccessible(page);
  await page.locator("form button.primary").click();
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
