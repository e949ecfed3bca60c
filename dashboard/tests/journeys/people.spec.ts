import { expect, expectAccessible, openCampaign, openPage, tabTo, test } from "./kith";

test("an administrator finds a matched contact by filters and opens it, by keyboard alone", async ({ page }) => {
  await openCampaign(page);
  const press = async (name: string, role: "link" | "button" = "link") => {
    await tabTo(page, page.getByRole(role, { name, exact: true }).first());
    await page.keyboard.press("Enter");
  };
  await press("People");
  await press("Contacts");
  await expect(page.getByRole("table", { name: "Contacts" })).toBeVisible();
  await tabTo(page, page.getByRole("combobox", { name: "Voter match" }));
  await page.keyboard.type("Matched");
  await expect(page).toHaveURL(/match_status=CONFIRMED/);
  await expect(page.getByRole("button", { name: "Remove the filter Voter match: Matched" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "Not tried" })).toHaveCount(0);
  await press("Name", "button");
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await expect(page.getByRole("table", { name: "Contacts" })).toHaveAttribute("aria-busy", "false");

  const first = page.getByRole("rowheader").first().getByRole("link");
  const name = (await first.textContent())!;
  await tabTo(page, first);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
  await expect(page.getByText("In the voter file")).toBeVisible();
  await expectAccessible(page);
  await page.goBack();
  await expect(page).toHaveURL(/match_status=CONFIRMED/);
});

test("an administrator opens a mobilizer and writes, edits and deletes a management note", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  const mobilizer = page.getByRole("table", { name: "Mobilizers" }).getByRole("rowheader").first().getByRole("link");
  const name = (await mobilizer.textContent())!;
  await mobilizer.click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
  for (const tab of ["Actions", "Notes", "Contacts"]) await page.getByRole("tab", { name: tab }).click();
  await expectAccessible(page);

  const text = `Met on ${Date.now()}`;
  await page.getByRole("textbox", { name: "New note" }).fill(text);
  await page.getByRole("button", { name: "Add the note" }).dblclick();
  const note = page.getByRole("article").filter({ hasText: text });
  await expect(note).toHaveCount(1);
  await note.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Note", exact: true }).fill(`${text}, edited`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("article").filter({ hasText: `${text}, edited` })).toBeVisible();
  await page.getByRole("article").filter({ hasText: text }).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("article").filter({ hasText: text })).toHaveCount(0);
});

test("an administrator is asked what becomes of a mobilizer's contacts before removing them", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("table").getByRole("rowheader").first().getByRole("link").click();
  await page.getByRole("button", { name: "Remove from the campaign" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("radio", { name: "Keep them in the campaign" })).toBeChecked();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText(/^Left on /)).toBeVisible();
});
