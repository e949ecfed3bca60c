import { newCampaign } from "./campaign";
import { expect, expectAccessible, test } from "./kith";

const notFound = "We can't find this page";

test("pages of what was deleted or never was say so in their titles", async ({ page }) => {
  const slug = `gone-${Date.now().toString(36)}`;
  const { id, path, send } = await newCampaign(page, slug);
  await send("POST", "/v1/mobilizer/join", { slug, first_name: "Lou", last_name: "Owner" });
  await expect(async () => expect((await send("GET", `${path}/mobilizers`)).items).toHaveLength(1)).toPass();
  await page.goto(`/c/${id}/people/mobilizers`);
  await page.getByRole("rowheader").getByRole("link", { name: "Lou Owner" }).click();
  await page.getByRole("button", { name: "Remove from the campaign" }).click();
  await page.getByRole("radio", { name: "Remove them, with all answers and notes" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "People" })).toBeFocused();

  for (const [address, title] of [["people/mobilizers/gone", notFound], ["people/contacts/gone", notFound], ["content/items/gone", "There is no such action item"]] as const) {
    await page.goto(`/c/${id}/${address}`);
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expect(page).toHaveTitle(`${title} · Harbor · Kith`);
    await expectAccessible(page);
  }
});

test("a profile that another administrator removed is no longer shown", async ({ page }) => {
  const slug = `off-${Date.now().toString(36)}`;
  const { id, path, send } = await newCampaign(page, slug);
  await send("POST", "/v1/mobilizer/join", { slug, first_name: "Lou", last_name: "Owner" });
  await expect(async () => expect((await send("GET", `${path}/mobilizers`)).items).toHaveLength(1)).toPass();
  const mobilizer = (await send("GET", `${path}/mobilizers`)).items[0]!.id;
  await page.goto(`/c/${id}/people/mobilizers`);
  await page.getByRole("rowheader").getByRole("link", { name: "Lou Owner" }).click();
  await expect(page.getByRole("button", { name: "Remove from the campaign" })).toBeVisible();
  await page.getByRole("link", { name: "Mobilizers" }).first().click();
  await send("DELETE", `${path}/mobilizers/${mobilizer}?contacts=remove`);
  await page.clock.install();
  await page.clock.fastForward(60_000); // past the time for which data counts as fresh
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: notFound })).toBeVisible();
  await expect(page.getByRole("button", { name: "Remove from the campaign" })).toHaveCount(0);
});
