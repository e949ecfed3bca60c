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
  await page.keyboard.press("m"); // the first choice with this letter is Matched
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

test("an administrator combines a search with filters, sorts by a number and reads the total", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  const table = page.getByRole("table", { name: "Contacts" });
  await expect(table).toBeVisible();
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: "Filters" });
  await sheet.getByRole("checkbox", { name: "Matched", exact: true }).click();
  await sheet.getByRole("checkbox", { name: "Not tried", exact: true }).click();
  await sheet.getByRole("spinbutton", { name: "Touchpoints, at least" }).fill("1");
  await expectAccessible(page);
  await sheet.getByRole("button", { name: "Show the list" }).click();
  await expect(page).toHaveURL(/touchpoints_min=1/);
  await expect(page.getByRole("button", { name: "Remove the filter Touchpoints, at least: 1" })).toBeVisible();
  await page.getByRole("button", { name: "Touchpoints", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Touchpoints" })).toHaveAttribute("aria-sort", "ascending");
  await expect(page.getByText(/\d+ of \d+ shown/)).toBeVisible();
  const name = (await page.getByRole("rowheader").first().textContent())!.split(" ").at(-1)!;
  await page.getByRole("searchbox", { name: "Search by name, city or zip code" }).fill(name.toUpperCase());
  await expect(page).toHaveURL(/search=/);
  await expect(table).toHaveAttribute("aria-busy", "false");
  for (const row of await page.getByRole("rowheader").all()) await expect(row).toContainText(name);
});

test("a number of Analytics leads to the rows that it counts, and matched contacts name their different voters", async ({ page }) => {
  await openCampaign(page);
  await expect(page.getByRole("link", { name: /^Contacts matched to the voter file/ })).toContainText(/[\d,]+ of [\d,]+ · [\d,]+ different voters/);
  const tile = page.getByRole("link", { name: /^Contacts with relational touchpoints/ });
  const count = /([\d,]+) of/.exec((await tile.textContent())!)![1]!;
  await tile.click();
  await expect(page.getByText(new RegExp(`of ${count} shown`))).toBeVisible();
});

test("the way back from a person leads to the list as it was, after a look at a tab too", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("combobox", { name: "Membership" }).selectOption("In the campaign");
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await expect(page).toHaveURL(/left=false&sort=name/);
  const address = page.url();
  await page.getByRole("rowheader").first().getByRole("link").click();
  await page.getByRole("tab", { name: "Actions" }).click();
  await expect(page).toHaveURL(/tab=actions/);
  await page.getByRole("main").getByRole("link", { name: "Mobilizers" }).click();
  await expect(page).toHaveURL(address);
});

test("an administrator finds all contacts of a mobilizer from the profile, and of another one by typing the name", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  const names = page.getByRole("table", { name: "Mobilizers" }).getByRole("rowheader").getByRole("link");
  await page.getByRole("button", { name: "Total contacts" }).click();
  await page.getByRole("button", { name: "Total contacts" }).click();
  await expect(page.getByRole("columnheader", { name: "Total contacts" })).toHaveAttribute("aria-sort", "descending");
  await expect(page.getByRole("table")).toHaveAttribute("aria-busy", "false");
  const [first, second] = (await names.allTextContents()) as [string, string];
  await names.first().click();
  await page.getByRole("link", { name: "All in the list of contacts" }).click();
  await expect(page.getByRole("button", { name: `Remove the filter Mobilizer: ${first}` })).toBeVisible();
  const mobilizers = page.getByRole("table", { name: "Contacts" }).getByRole("cell").filter({ has: page.locator(`a[href*="/mobilizers/"]`) });
  for (const name of await mobilizers.allTextContents()) expect(name).toBe(first);

  await page.getByRole("button", { name: "Filters", exact: true }).click();
  const field = page.getByRole("dialog", { name: "Filters" }).getByRole("combobox", { name: "Mobilizer" });
  await expect(field).toHaveValue(first);
  await field.fill(second.slice(0, 5));
  const option = page.locator("datalist option").filter({ has: page.locator(`xpath=self::*[starts-with(@value, ${JSON.stringify(second)})]`) }).first();
  await expect(option).toBeAttached();
  await field.fill((await option.getAttribute("value"))!);
  await page.getByRole("button", { name: "Show the list" }).click();
  await expect(page.getByRole("button", { name: `Remove the filter Mobilizer: ${second}` })).toBeVisible();
  await expect(page.getByRole("table", { name: "Contacts" })).toHaveAttribute("aria-busy", "false");
  for (const name of await mobilizers.allTextContents()) expect(name).toBe(second);
});
