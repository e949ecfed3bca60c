import type { Page } from "@playwright/test";
import { newCampaign } from "./campaign";
import { expect, expectReadable, test } from "./kith";

/** newMobilized creates a campaign whose owner has joined it, opens its Analytics, and returns functions that work on the owner's contacts. */
async function newMobilized(page: Page, slug: string) {
  const unique = `${slug}-${Date.now().toString(36)}`;
  const { id, path, send } = await newCampaign(page, unique);
  const { key_question } = await send<{ key_question: { responses: { id: string; text: string }[] } }>("GET", path);
  await send("POST", "/v1/mobilizer/join", { slug: unique, first_name: "Lou", last_name: "Owner", state: "MA" });
  const contacts = `/v1/mobilizer/campaigns/${id}/contacts`;
  await page.goto(`/c/${id}/analytics`);
  return {
    add: async (first: string, last: string) => (await send("POST", contacts, { first_name: first, last_name: last })).id,
    answer: (contact: string, text: string) => send("PUT", `${contacts}/${contact}/answer`, { response_id: key_question.responses.find((r) => r.text === text)!.id }),
    clear: (contact: string) => send("DELETE", `${contacts}/${contact}/answer`),
  };
}

test("Analytics shows the latest activity by itself, and leads to all contacts in this order", async ({ page }) => {
  const { add, answer } = await newMobilized(page, "latest");
  await expect(page.getByRole("heading", { name: "No activity yet" })).toBeVisible();
  const first = await add("Abe", "First");
  for (let n = 2; n <= 12; n++) await add("Bea", `Number ${n}`);
  const table = page.getByRole("table", { name: "Latest activity" });
  const rows = table.getByRole("rowheader");
  await expect(rows.first()).toHaveText("Bea Number 12", { timeout: 40_000 });
  await expect(rows).toHaveCount(10);
  await expect(table.getByText("Abe First")).toHaveCount(0);
  await answer(first, "Probably");
  await expect(rows.first()).toHaveText("Abe First", { timeout: 60_000 });
  await expect(table.getByRole("row").nth(1).getByRole("cell")).toHaveText(["Lou Owner", "Probably", /^(now|\d+ seconds? ago|1 minute ago)/]);
  await expectReadable(page);

  await page.getByRole("link", { name: "All by last activity" }).click();
  const all = page.getByRole("table", { name: "Contacts" });
  await expect(all.getByRole("columnheader", { name: "Last activity" })).toHaveAttribute("aria-sort", "descending");
  await expect(all.getByRole("rowheader")).toHaveCount(12);
  await expect(all.getByRole("rowheader").first()).toHaveText("Abe First");
});

test("Analytics shows per day who joined beside contacts and touchpoints, on the same days, and leads to them", async ({ page }) => {
  const { add, answer } = await newMobilized(page, "joined");
  await answer(await add("Abe", "First"), "Probably");
  await add("Bea", "Second");
  const chart = (title: string) => page.getByRole("img", { name: new RegExp(`^${title}: 1 day, most \\d+ on .*, \\d+ in all$`) });
  await expect(chart("Contacts added")).toHaveAccessibleName(/, 2 in all$/, { timeout: 30_000 });
  await expect(chart("Relational touchpoints")).toHaveAccessibleName(/, 1 in all$/, { timeout: 30_000 });
  await expect(chart("Mobilizers joined")).toHaveAccessibleName(/, 1 in all$/);

  const labelsOf = (title: string) => chart(title).locator("text").evaluateAll((texts) => texts.map((text) => `${text.textContent} at ${text.getAttribute("x")}`));
  const contacts = await labelsOf("Contacts added");
  expect(contacts).toHaveLength(5); // 0 and three grid lines, and the day
  expect(await labelsOf("Relational touchpoints")).toEqual(contacts);
  expect((await labelsOf("Mobilizers joined")).at(-1)).toEqual(contacts.at(-1));

  const figure = page.getByRole("figure").filter({ has: chart("Mobilizers joined") });
  await figure.getByText("As table").click();
  await expectReadable(page);
  await figure.getByRole("table").getByRole("link").click();
  await expect(page).toHaveURL(/\/people\/mobilizers\?joined_from=.*joined_to=/);
  await expect(page.getByRole("table", { name: "Mobilizers" }).getByRole("rowheader")).toHaveText(["Lou Owner"]);
});

test("Analytics shows how contacts moved on the ladder, and says before when it will", async ({ page }) => {
  const { add, answer, clear } = await newMobilized(page, "moved");
  const section = page.getByRole("region", { name: "Movement on the ladder", exact: true });
  await expect(section.getByRole("heading", { name: "No contact has moved yet" })).toBeVisible();
  await expect(section).toContainText("This fills when mobilizers answer the Key Question about a contact again, with another response.");
  const [up, down, again] = [await add("Abe", "Up"), await add("Bea", "Down"), await add("Cal", "Again")];
  for (const response of ["Probably Not", "Maybe", "Probably"]) await answer(up, response);
  for (const response of ["Definitely", "Maybe"]) await answer(down, response);
  await answer(again, "Maybe");
  await clear(again);
  await answer(again, "Definitely");

  const shares = section.getByRole("table", { name: "Movement on the ladder" });
  await expect(shares.getByRole("row").nth(3)).toBeVisible({ timeout: 30_000 });
  await expect(shares.getByRole("row")).toHaveText([/^Movement/, "Moved up33.3 % (1 of 3)", "Stayed33.3 % (1 of 3)", "Moved down33.3 % (1 of 3)"], { timeout: 30_000 });
  const starts = section.getByRole("table", { name: "Movement by first response" });
  const from = (response: string) => starts.getByRole("row").filter({ has: page.getByRole("rowheader", { name: `From ${response}`, exact: true }) });
  await expect(from("Probably Not").getByRole("cell")).toHaveText(["1", "1 to Probably", "0", "–"]);
  await expect(from("Definitely").getByRole("cell")).toHaveText(["2", "–", "1", "1 to Maybe"]);
  await expect(starts.getByRole("rowheader")).toHaveCount(2);
  await expectReadable(page);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await section.evaluate((e) => e.scrollWidth - e.clientWidth)).toBe(0);
  await expect(from("Definitely")).toBeVisible();
});
