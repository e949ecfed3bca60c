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
  const contact = await send("POST", `${own}/contacts`, { first_name: name, preferred_name: "Nell", last_name: name });
  const item = await send("POST", `${path}/action-items`, { type: "TASK", title });
  await send("PUT", `${own}/contacts/${contact.id}/action-responses/${item.id}`, { completed: false });
  return { people: `/c/${id}/people`, path, send, contact: contact.id };
}

/** expectFitting checks that the page is no wider than the screen, in every width. A table of long names may scroll; a name takes a part of its width. */
async function expectFitting(page: Page) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 860 });
    const wide = () => page.locator("html").evaluateAll((all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => `${e.getAttribute("aria-label") ?? "page"}: ${e.scrollWidth} > ${e.clientWidth}`));
    await expect.poll(wide, `wider than ${width} px`).toEqual([]);
    for (const link of await page.locator("main table a").all()) expect((await link.boundingBox())!.width).toBeLessThan(Math.min(330, width));
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

  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save this view…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("At most 100 characters.")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Name" }).fill(name + name);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
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
  await expect(page.getByRole("row").filter({ hasText: title }).getByRole("cell", { name: "Not completed" })).toBeVisible();
  await expect(page.getByRole("rowheader").last()).toContainText("“Nell”");
  await expectFitting(page);
});

test("lists, filters, Analytics and profiles have the Spanish texts of a campaign", async ({ page }) => {
  const question = {
    text: "Will they sign?", text_es: "¿Firmará?",
    responses: [{ text: "Signs for sure", text_es: "Firma seguro", value: 2 }, { text: "Signs never", text_es: "No firma nunca", value: 1 }],
  };
  const { id, path, send } = await newCampaign(page, `es-${Date.now().toString(36)}`, question);
  const own = path.replace("/admin/", "/mobilizer/");
  const { slug, key_question: { responses } } = await send<{ slug: string; key_question: { responses: { id: string }[] } }>("GET", path);
  await send("POST", "/v1/mobilizer/join", { slug, first_name: "Ana", last_name: "Sol" });
  const contact = await send("POST", `${own}/contacts`, { first_name: "Eva", last_name: "Luz" });
  const item = await send<{ id: string; options: { id: string }[] }>("POST", `${path}/action-items`, {
    type: "QUESTION_MULTIPLE_CHOICE", title: "How will they come?", title_es: "¿Cómo vendrá?", options: [{ text: "By bus", text_es: "En autobús" }, { text: "On foot", text_es: "A pie" }],
  });
  await send("PUT", `${own}/contacts/${contact.id}/answer`, { response_id: responses[0]!.id });
  await send("PUT", `${own}/contacts/${contact.id}/action-responses/${item.id}`, { option_id: item.options[0]!.id });
  await page.evaluate(() => localStorage.setItem("kith-language", "es"));
  const main = page.getByRole("main");
  const [english, spanish] = [/Signs|sign\?|How will|By bus|On foot/, ["Firma seguro", "¿Cómo vendrá?", "En autobús"]];
  await page.goto(`/c/${id}/people/contacts`);
  for (const text of spanish) await expect(page.getByRole("table").getByText(text, { exact: true })).toBeVisible();
  await expect(main).not.toContainText(english);
  await page.goto(`/c/${id}/people/contacts/${contact.id}`);
  for (const text of spanish) await expect(main.getByText(text).first()).toBeVisible();
  await page.goto(`/c/${id}/analytics`);
  await expect(main.getByText("¿Firmará?")).toBeVisible();
  for (const text of spanish) await expect(main.getByText(text).first()).toBeVisible();
  await expect(main).not.toContainText(english);
  await send("POST", `${path}/action-items/${item.id}/archive`);
  await page.goto(`/c/${id}/people/contacts/${contact.id}`);
  await expect(main.getByText("¿Cómo vendrá? Archivada")).toBeVisible();
});
