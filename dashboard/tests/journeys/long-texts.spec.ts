import type { Page } from "@playwright/test";
import { newCampaign } from "./campaign";
import { expect, test } from "./kith";

const title = "Tell them when and where early voting is open in their town, and ask whether they need a ride, a reminder on the day, or help with the ballot request form before Friday, and write down their answer";
const name = "Wolfeschlegelsteinhausenbergerdorff".repeat(2);

/** newLongTexts makes a campaign whose mobilizer, contact and action item have names and titles as long as they may be. */
async function newLongTexts(page: Page) {
  const { id, path, send } = await newCampaign(page, `long-${Date.now().toString(36)}`);
  const own = path.replace("/admin/", "/mobilizer/");
  const { slug } = await send<{ slug: string }>("GET", path);
  await send("POST", "/v1/mobilizer/join", { slug, first_name: name, last_name: name });
  const contact = await send("POST", `${own}/contacts`, { first_name: name, last_name: name });
  const item = await send("POST", `${path}/action-items`, { type: "TASK", title });
  await send("PUT", `${own}/contacts/${contact.id}/action-responses/${item.id}`, { completed: true });
  return { people: `/c/${id}/people`, path, send, contact: contact.id };
}

/** expectFitting checks that the page and its tables are no wider than the screen, in every width. */
async function expectFitting(page: Page) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 860 });
    const wide = () => page.locator("html, main [role=region]").evaluateAll((all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => `${e.getAttribute("aria-label") ?? "page"}: ${e.scrollWidth} > ${e.clientWidth}`));
    await expect.poll(wide, `wider than ${width} px`).toEqual([]);
  }
}

test("a list shows its rows below a long title of an action item, and long names fit every page", async ({ page }) => {
  const { people, path, send, contact } = await newLongTexts(page);
  await page.goto(`${people}/contacts`);
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  const heading = page.getByRole("columnheader", { name: title });
  expect((await heading.boundingBox())!.height).toBeLessThan(100);
  await expect(heading.getByTitle(title)).toBeVisible();
  await expectFitting(page);

  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "City" }).check();
  await page.keyboard.press("Escape");
  await send("POST", `${path}/action-items`, { type: "TASK", title: "Made after the choice" });
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "City" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Made after the choice" })).toHaveCount(0);

  await page.goto(`${people}/contacts/${contact}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
  await expect(page.getByText("No notes yet")).toBeVisible();
  await expectFitting(page);
  await page.goto(`${people}/mobilizers`);
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await expectFitting(page);
  await page.getByRole("rowheader").getByRole("link").click();
  await page.getByRole("tab", { name: "Actions" }).click();
  await expect(page.getByRole("cell", { name: title })).toBeVisible();
  await expectFitting(page);
});
