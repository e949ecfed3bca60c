import type { Page } from "@playwright/test";
import { expectAccessible, tabTo } from "../kith";
import { expectAccessibleInBoth, goToPage, outlastDoubleTap } from "./joined";
import { expect, signInOnPhone, test } from "./phone";

/** stubShare gives the browser a share sheet, which Chromium has on some systems only. The person closes it the first time. */
const stubShare = (page: Page) => page.evaluate(() => {
  const texts: unknown[] = [];
  const share = (data: unknown) => (texts.push(data) > 1 ? Promise.resolve() : Promise.reject(new DOMException("", "AbortError")));
  Object.defineProperty(navigator, "share", { value: Object.assign(share, { texts }) });
});

/** shared returns what was handed to the share sheet. */
const shared = (page: Page) => page.evaluate(() => (navigator.share as unknown as { texts: unknown[] }).texts);

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
  await goToPage(page, "Me");
  await goToPage(page, "Next");
  await page.getByRole("button", { name: "+ Note" }).click();
  await expect(page.getByLabel("Note")).toHaveValue("Votes before work");
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
  await page.getByText(/^\d+ answers? so far$/).click();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Undo the last answer" }).click();
  await expect(page.getByRole("radio", { name: "Leaning yes" })).not.toBeChecked();
});

test("a mobilizer does an action item by message and by sharing, makes a vote plan, edits and removes a person, and takes that back", async ({ page }) => {
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
  const dialog = page.getByRole("dialog");
  const link = dialog.getByRole("link", { name: "Text message" });
  await expect(link).toHaveAttribute("href", /^sms:(\+1\d{10})?\?&body=Hi%20/);
  await link.evaluate((element) => element.addEventListener("click", (event) => event.preventDefault()));
  await link.click();
  await expect(dialog.getByText("Did you send it?")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(flyer.getByRole("button", { name: "I did it" })).toHaveAttribute("aria-pressed", "false");

  await stubShare(page);
  await flyer.getByRole("button", { name: "Message" }).click();
  const sent = dialog.getByRole("button", { name: "Yes, I sent it" });
  await page.getByLabel("Text").fill("A flyer for you & yours?");
  await dialog.getByRole("button", { name: "Share" }).click();
  await expect(sent).toBeHidden();
  await outlastDoubleTap(page);
  await dialog.getByRole("button", { name: "Share" }).click();
  expect(await shared(page)).toEqual(Array(2).fill({ text: "A flyer for you & yours?" }));
  await sent.click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.getByText(/^\d+ done$/).click();
  await expect(flyer.getByRole("button", { name: "I did it" })).toHaveAttribute("aria-pressed", "true");

  await page.getByRole("button", { name: /^(Make a|Change the) plan$/ }).click();
  await page.getByLabel("When will they vote?").or(page.getByLabel("Plan", { exact: true })).fill("At 8 or so");
  await page.locator("form button.primary").click();
  await expect(page.getByText(/At 8 or so$/)).toBeVisible();

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByLabel("City").fill("Lowell");
  await page.getByLabel("State").selectOption("Minnesota");
  await page.getByLabel("Zip code").fill("01852");
  await page.locator("form button.primary").click();
  await expect(page.getByRole("alert")).toHaveText(/^The zip code 01852 is in Massachusetts, not in Minnesota\./);
  await expectAccessible(page);
  const editing = page.waitForResponse((response) => response.request().method() === "PATCH");
  await page.locator("form button.primary").click();
  expect(await (await editing).json()).toMatchObject({ city: "Lowell", state: "MN", zip: "01852" });
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
