import { readFileSync } from "node:fs";
import { expect, expectAccessible, openCampaign, openPage, test } from "./kith";
import { joinOnPhone } from "./mobilizer/joined";

test("an export has as many rows as Analytics counts, and can be downloaded with its manifest", async ({ page }) => {
  await openCampaign(page);
  const tile = page.getByRole("link", { name: /^Total contacts/ });
  const counted = Number((await tile.textContent())!.replace(/\D/g, ""));
  await openPage(page, "Exports");
  await page.getByRole("combobox", { name: "Export" }).selectOption("Contacts");
  const requesting = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/exports"));
  await page.getByRole("button", { name: "Request the export" }).click();
  expect((await requesting).postDataJSON()).toMatchObject({ type: "contacts", dialect: "spreadsheet" });
  const newest = page.getByRole("table", { name: "Exports" }).getByRole("row").nth(1);
  await expect(newest.getByText("Ready")).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);

  const download = page.waitForEvent("download");
  await newest.getByRole("button", { name: "Download: Contacts" }).click();
  const [header, ...rows] = readFileSync(await (await download).path(), "utf8").trimEnd().split("\n");
  expect(header).toContain("rally__campaign_target_id");
  expect(rows.length).toBeGreaterThanOrEqual(counted); // a note in the names can hold a line break
  await expect(newest.getByRole("cell").filter({ hasText: String(counted) })).toBeVisible();

  await newest.getByRole("button", { name: "Details: Contacts" }).click();
  const manifest = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the manifest" }).click();
  expect(JSON.parse(readFileSync(await (await manifest).path(), "utf8"))).toMatchObject({ type: "contacts", rows: counted });
});

test("a service token is shown once and can be revoked", async ({ page }) => {
  const name = `Load ${Date.now()}`;
  await openCampaign(page);
  await openPage(page, "Exports");
  await page.getByRole("link", { name: "Service tokens" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create the token" }).click();
  await expect(page.getByText(/^kith_/)).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText(/^kith_/)).toHaveCount(0);
  await page.getByRole("button", { name: `Revoke: ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("row", { name }).getByText("Revoked by Ada Demo")).toBeVisible();
});

test("a file is out of date once somebody in it withdraws consent, and can be written again", async ({ page, browser }) => {
  const other = await browser.newPage({ baseURL: process.env.KITH_SITE });
  const joining = other.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/v1/mobilizer/join"));
  await joinOnPhone(other);
  const request = await joining;
  const [campaign] = /[0-9a-f-]{36}/.exec(other.url())!;
  const setConsent = async (consent: boolean) => {
    const path = new URL(`/v1/mobilizer/campaigns/${campaign}/consent`, request.url()).href;
    const response = await other.request.put(path, { data: { consent }, headers: { authorization: request.headers().authorization! } });
    expect(response.status()).toBe(200);
  };
  await setConsent(true);

  await openCampaign(page);
  await openPage(page, "Exports");
  await page.getByRole("combobox", { name: "Export" }).selectOption("Mobilizers");
  await page.getByRole("button", { name: "Request the export" }).click();
  const newest = page.getByRole("table", { name: "Exports" }).getByRole("row").nth(1);
  await expect(newest.getByRole("button", { name: "Download: Mobilizers" })).toBeVisible({ timeout: 30_000 });
  await setConsent(false);
  await newest.getByRole("button", { name: "Download: Mobilizers" }).click();
  const dialog = page.getByRole("dialog", { name: "This file is out of date" });
  await expect(dialog).toContainText("has withdrawn consent");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Write again" }).click();
  await expect(dialog).toHaveCount(0);
  const download = page.waitForEvent("download");
  await newest.getByRole("button", { name: "Download: Mobilizers" }).click({ timeout: 30_000 });
  expect(readFileSync(await (await download).path(), "utf8")).toContain("mobilizer_email");
  await other.close();
});
