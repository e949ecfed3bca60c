import { join } from "node:path";
import { expect, openCampaign, test } from "../journeys/kith";
import { isWanted } from "./looks";

const folder = join(import.meta.dirname, "../../../docs");

// The pictures of docs/dashboard.md, as a laptop shows them.
test("pictures of the documentation", async ({ page }) => {
  if (!isWanted("docs")) return;
  await openCampaign(page);
  const campaign = /^.*\/c\/[^/]+/.exec(page.url())![0];
  const take = async (name: string) => {
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: join(folder, `dashboard-${name}.png`) });
  };
  const open = async (path: string) => {
    await page.goto(campaign + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
  };
  await open("/content");
  await take("content");
  await open("/analytics");
  await take("analytics");
  await open("/people/contacts?match_status=CONFIRMED&sort=touchpoints&order=desc");
  await take("contacts");
  await open("/people/mobilizers?sort=total_contacts&order=desc");
  await page.getByRole("rowheader").getByRole("link").first().click();
  await page.getByRole("heading", { name: "Profile" }).waitFor();
  await take("mobilizer");
  await open("/invitations");
  await take("invitations");
  await open("/exports");
  for (const type of ["Contacts", "Mobilizers", "Bundle of all exports"]) {
    await page.getByRole("combobox", { name: "Export" }).selectOption(type);
    await page.getByRole("button", { name: "Request the export" }).click();
    await expect(page.getByRole("table", { name: "Exports" }).getByRole("row").nth(1)).toContainText(type);
    await expect(page.getByRole("table", { name: "Exports" }).getByText(/Waiting|Running|Queued/)).toHaveCount(0);
  }
  await expect(page.getByText("Ready")).toHaveCount(3);
  await expect(page.getByRole("status").filter({ hasText: "Requested." })).toHaveCount(0);
  await take("exports");
});
