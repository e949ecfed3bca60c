import { readFileSync } from "node:fs";
import { expect, expectAccessible, openCampaign, openPage, signIn, test } from "./kith";

test("an administrator saves, shares, changes and deletes a view, and a colleague sees it", async ({ page, browser }) => {
  const name = `Matched ${Date.now()}`;
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  await page.getByRole("combobox", { name: "Voter match" }).selectOption("Matched");
  await expect(page).toHaveURL(/match_status=CONFIRMED/);
  const choose = async (button: string, item: string) => {
    await page.getByRole("button", { name: button, exact: true }).click();
    await page.getByRole("menu", { name: "Views" }).getByRole(/^(menuitem|Matched|All)/.test(item) ? "menuitemradio" : "menuitem", { name: item }).click();
  };
  await choose("Views", "Save this view…");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name, exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Touchpoints", exact: true }).click();
  await expect(page).toHaveURL(/sort=touchpoints/);
  await choose(name, `Update “${name}”`);
  await expect(page.getByRole("status").filter({ hasText: "View saved" })).toBeVisible();
  await choose(name, "Rename or share…");
  await dialog.getByRole("checkbox", { name: "Share with all administrators of the campaign" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();

  const colleague = await browser.newPage({ baseURL: process.env.KITH_SITE });
  await signIn(colleague, { email: "sam.rivera.1@example.org", name: "Sam Rivera" });
  await colleague.goto(new URL(page.url()).pathname);
  await colleague.getByRole("button", { name: "Views", exact: true }).click();
  await colleague.getByRole("menuitemradio", { name }).click();
  await expect(colleague).toHaveURL(/match_status=CONFIRMED.*sort=touchpoints/);
  await openPage(colleague, "Exports");
  await colleague.getByRole("combobox", { name: "Rows" }).selectOption(name);
  const requesting = colleague.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/exports"));
  await colleague.getByRole("button", { name: "Request the export" }).click();
  expect((await requesting).postDataJSON().view_id).toBeTruthy();
  await colleague.close();

  await choose(name, "Delete…");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("button", { name: "Views", exact: true })).toBeVisible();
  await expect(page).not.toHaveURL(/match_status/);
});

test("the download of a view has the rows that the page shows", async ({ page }) => {
  await openCampaign(page);
  await openPage(page, "People");
  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  await page.getByRole("combobox", { name: "Voter match" }).selectOption("Matched");
  await expect(page).toHaveURL(/match_status=CONFIRMED/);
  const table = page.getByRole("table", { name: "Contacts" });
  await expect(table).toHaveAttribute("aria-busy", "false");
  const total = Number(/of (\d+) shown/.exec((await page.getByText(/of \d+ shown/).textContent())!)![1]);
  const links = await page.getByRole("rowheader").getByRole("link").evaluateAll((rows) => rows.map((row) => row.getAttribute("href")!.split("/").at(-1)!));

  const download = page.waitForEvent("download", { timeout: 30_000 });
  await page.getByRole("button", { name: "Download this view" }).click();
  const file = readFileSync(await (await download).path(), "utf8");
  const ids = file.match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g)!;
  for (const id of links) expect(ids, "every row of the page is in the file").toContain(id);
  expect(file.match(/,CONFIRMED,/g)).toHaveLength(total);
  expect(file).not.toMatch(/,PENDING,/);
});
