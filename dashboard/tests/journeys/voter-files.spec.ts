import type { Page } from "@playwright/test";
import { expect, expectAccessible, signIn, test } from "./kith";

/** votersOf writes a file of a layout that Kith does not know, with voters numbered from 1. */
const votersOf = (count: number) => ["Reg No|Given|Family|Town|Standing", ...Array.from({ length: count }, (_, n) => `${n + 1}|ANN|LEE${n + 1}|SALEM|A`)].join("\n");

/** upload sends a file of a state. */
async function upload(page: Page, state: string, content: string) {
  await page.getByRole("combobox", { name: "State" }).selectOption(state);
  await page.locator("input[type=file]").setInputFiles({ name: "voters.txt", mimeType: "text/plain", buffer: Buffer.from(content) });
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await expect(page.getByText("Uploaded. The import runs.")).toBeVisible();
}

test("an administrator maps an unknown file, confirms a smaller one by its samples, undoes it, and reads what deleting does", async ({ page }, info) => {
  test.slow();
  const state = ["VT", "ME", "RI", "DE", "WY"][info.repeatEachIndex % 5]!;
  await signIn(page);
  await page.goto(new URL(page.url()).pathname.replace(/\/$/, "") + "/voter-files");
  const row = (status: string) => page.getByRole("row", { name: new RegExp(`^${state}.*voters\\.txt.*${status}`) });

  await upload(page, state, votersOf(30));
  await row("Columns needed").getByRole("button", { name: "Choose the columns" }).click();
  const mapping = page.getByRole("dialog", { name: "Columns of the file" });
  for (const [field, column] of [["Voter id of the state (required)", "Reg No"], ["First name (required)", "Given"], ["Last name (required)", "Family"], ["City", "Town"], ["Voter status", "Standing"]] as const) {
    await mapping.getByRole("combobox", { name: field }).selectOption(column);
  }
  await mapping.getByRole("textbox", { name: "Status of rows to leave out" }).fill("R");
  await expect(mapping.getByRole("table", { name: "Preview" }).getByText("ANN LEE5")).toBeVisible();
  await mapping.getByText("The first rows, as they are in the file").click();
  await expect(mapping.getByRole("table", { name: "The first rows" }).getByRole("row")).toHaveCount(21);
  await expectAccessible(page);
  await mapping.getByRole("button", { name: "Import with these columns" }).click();
  await expect(row("Ready")).toBeVisible();

  await upload(page, state, votersOf(10) + "\n|NO|ID|SALEM|A");
  await row("Confirmation needed").getByRole("button", { name: "Use it" }).click();
  const review = page.getByRole("dialog", { name: "Use this voter file?" });
  await expect(review.getByText(`Voters of ${state} now: 30; with this file: 10. Rejected: 1 of 11 rows.`)).toBeVisible();
  await expect(review.getByRole("table", { name: "Some voters who are not in the file" }).getByRole("row")).toHaveCount(20);
  await expect(review.getByRole("row", { name: "12 state_file_id is empty. |NO|ID|SALEM|A" })).toBeVisible();
  await expectAccessible(page);
  await review.getByRole("button", { name: "Use it" }).click();
  await expect(row("Replaced")).toBeVisible();

  await row("Ready").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
  await expect(row("Undone")).toBeVisible();
  await expect(row("Ready")).toBeVisible();

  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: /^Delete: the voter file of / }).first().click();
  await expect(page.getByRole("dialog").getByText("Confirmed matches keep their copy of the voter.")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth || [...document.querySelectorAll("[role=region]")].some((e) => e.scrollWidth > e.clientWidth + 1));
  expect(await sideways()).toBe(false);
  await expectAccessible(page);
});
