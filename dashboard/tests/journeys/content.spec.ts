import { expect, expectAccessible, openCampaign, openPage, signIn, test } from "./kith";

test("an edit that somebody else overtook keeps the typed text and shows what changed", async ({ page, browser }) => {
  await openCampaign(page, "Next Spring");
  await page.getByRole("button", { name: "Edit: Key Question" }).click();
  await page.getByRole("textbox", { name: "Question", exact: true }).fill("My question?");

  const other = await browser.newPage({ baseURL: process.env.KITH_SITE }); // with a sign-in of its own
  await signIn(other);
  await other.goto(page.url());
  await other.getByRole("button", { name: "Edit: Key Question" }).click();
  const theirs = `Their question ${Date.now()}?`;
  await other.getByRole("textbox", { name: "Question", exact: true }).fill(theirs);
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.getByText(theirs)).toBeVisible();

  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("Somebody changed this since you opened it.");
  await expect(page.getByRole("alert")).toContainText(theirs);
  await expect(page.getByRole("textbox", { name: "Question", exact: true })).toHaveValue("My question?");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Keep my version" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("My question?")).toBeVisible();
  await other.close();
});

test("unsaved text survives a reload, and leaving it asks", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "Content");
  await page.getByRole("button", { name: "Edit: Details" }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("Typed, not saved");
  page.once("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("Typed, not saved");
  await page.getByRole("link", { name: "Analytics" }).click();
  const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
  await expect(dialog.getByRole("button", { name: "Stay on this page" })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("Typed, not saved");
  await page.getByRole("link", { name: "Analytics" }).click();
  await dialog.getByRole("button", { name: "Leave without saving" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Analytics" })).toBeVisible();
});

test("action items are ordered by buttons, archived and restored", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "Content");
  const titles = page.getByRole("region", { name: "Action items" }).getByRole("listitem").getByRole("link");
  await expect(titles.first()).toBeVisible();
  const [first, second] = await titles.allTextContents();
  await page.getByRole("button", { name: `Move down: ${first}` }).click();
  await expect(titles.first()).toHaveText(second!);
  await page.getByRole("button", { name: `Move up: ${first}` }).click();
  await expect(titles.first()).toHaveText(first!);

  await titles.first().click();
  await expect(page.getByRole("heading", { level: 1, name: first! })).toBeFocused();
  await page.getByRole("button", { name: "Archive" }).click();
  await expect(page.getByText("Archived", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByRole("button", { name: "Archive" })).toBeVisible();
  await expectAccessible(page);
});

test("Spanish texts and a suggested message are written, previewed and shown", async ({ page }) => {
  await openCampaign(page, "Next Spring");
  await page.getByRole("button", { name: "Edit: Key Question" }).click();
  const spanish = page.getByText("Spanish texts (optional)");
  if (!(await page.getByLabel("Question in Spanish").isVisible())) await spanish.click();
  await page.getByLabel("Question in Spanish").fill("¿Va a votar?");
  await page.getByLabel("In Spanish: Yes").fill("Claro que sí");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("¿Va a votar?")).toBeVisible();
  await expect(page.getByRole("table", { name: "Responses" }).getByText("Claro que sí")).toBeVisible();

  const title = `Call ${Date.now()}`;
  await page.getByRole("link", { name: "Add an action item" }).or(page.getByRole("link", { name: "Add one" })).first().click();
  await page.getByRole("textbox", { name: "Title", exact: true }).fill(title);
  await page.getByRole("textbox", { name: "Suggested message", exact: true }).fill("Hi {name}!");
  await page.getByRole("button", { name: "Add the action item" }).click();
  await page.getByRole("alert").getByRole("link", { name: /is not a placeholder/ }).click();
  await expect(page.getByRole("textbox", { name: "Suggested message", exact: true })).toBeFocused();
  await page.getByRole("textbox", { name: "Suggested message", exact: true }).fill("Hi {first_name}!");
  await expect(page.getByRole("region", { name: "Preview for Maria" }).first()).toContainText("Hi Maria!");
  await spanish.click();
  await page.getByRole("textbox", { name: "Title in Spanish" }).fill("Llama");
  await page.getByRole("textbox", { name: "Suggested message in Spanish" }).fill("¡Hola, {first_name}!");
  await expect(page.getByRole("region", { name: "Preview for Maria" }).last()).toContainText("¡Hola, Maria!");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add the action item" }).click();
  await page.getByRole("link", { name: title, exact: true }).click();
  await expect(page.getByText("¡Hola, {first_name}!")).toBeVisible();
  await expect(page.getByText("Llama", { exact: true })).toBeVisible();
  await expectAccessible(page);
});
