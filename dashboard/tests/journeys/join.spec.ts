import type { Page } from "@playwright/test";
import { expect, expectAccessible, signIn, test } from "./kith";

const landingPage = "/j/fall-turnout";

/** fillForm opens the landing page of the demo's campaign and fills in its form. */
async function fillForm(page: Page) {
  await page.goto(landingPage);
  await page.getByLabel("First name").fill("Mina");
  await page.getByLabel("Last name").fill("Sota");
  await page.getByLabel("State").selectOption("Minnesota");
  await page.getByLabel("Passcode").fill(process.env.KITH_PASSCODE!);
}

test("somebody joins from the landing page with the state that they chose, and a reload says so", async ({ page }) => {
  await fillForm(page);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await page.getByRole("textbox", { name: "Email" }).fill(`mina.${Date.now()}@example.org`);
  await page.getByLabel("Name", { exact: true }).fill("Mina Sota");
  const joining = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/v1/mobilizer/join"));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  expect(await (await joining).json()).toMatchObject({ first_name: "Mina", state: "MN" });
  await expect(page.getByRole("heading", { level: 1, name: "You've joined Fall Turnout" })).toBeVisible();
  await expectAccessible(page);

  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "You've already joined Fall Turnout" })).toBeVisible();
  await page.getByRole("button", { name: "Start over" }).click();
  await expect(page.getByLabel("First name")).toHaveValue("");
});

test("the landing page says that a sign-in was cancelled, and keeps the form", async ({ page }) => {
  await fillForm(page);
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await expect(page.getByRole("textbox", { name: "Email" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("alert")).toHaveText(/^You cancelled the sign-in\./);
  await expect(page.getByLabel("First name")).toHaveValue("Mina");
  await expect(page.getByLabel("State")).toHaveValue("MN");
});

test("the landing page asks back when the state is not that of the zip code, and a reload keeps the form", async ({ page }) => {
  await fillForm(page);
  await page.getByLabel("Zip code").fill("02139-1234");
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await expect(page.getByText("The zip code 02139-1234 is in Massachusetts, not in Minnesota.")).toBeVisible();
  await expect(page.getByLabel("State")).toBeFocused();
  await expect(page.getByText("may see my email address.")).toBeVisible();
  await page.getByLabel("Phone").fill("617 555 0123");
  await expect(page.getByText("may see my email address and phone number.")).toBeVisible();
  await expectAccessible(page);

  await page.reload();
  await expect(page.getByLabel("First name")).toHaveValue("Mina");
  await expect(page.getByLabel("State")).toHaveValue("MN");
  await expect(page.getByLabel("Passcode")).toHaveValue("");
  await page.getByLabel("State").selectOption("Massachusetts");
  await page.getByLabel("Passcode").fill(process.env.KITH_PASSCODE!);
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await expect(page.getByRole("textbox", { name: "Email" })).toBeVisible();
});

test("somebody confirms a state that contradicts the zip code, and joins with both", async ({ page }) => {
  await fillForm(page);
  await page.getByLabel("Zip code").fill("02139");
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await expect(page.getByText("The zip code 02139 is in Massachusetts, not in Minnesota.")).toBeVisible();
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await page.getByRole("textbox", { name: "Email" }).fill(`border.${Date.now()}@example.org`);
  await page.getByLabel("Name", { exact: true }).fill("Mina Sota");
  const joining = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/v1/mobilizer/join"));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  expect(await (await joining).json()).toMatchObject({ state: "MN", zip: "02139" });
  await expect(page.getByRole("heading", { level: 1, name: "You've joined Fall Turnout" })).toBeVisible();
});

test("somebody who joins again in another state is asked about the zip code from before", async ({ page }) => {
  const joined = page.getByRole("heading", { level: 1, name: "You've joined Fall Turnout" });
  await fillForm(page);
  await page.getByLabel("Zip code").fill("55401");
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await page.getByRole("textbox", { name: "Email" }).fill(`moved.${Date.now()}@example.org`);
  await page.getByLabel("Name", { exact: true }).fill("Mina Sota");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(joined).toBeVisible();
  await page.getByRole("button", { name: "Add your first contacts" }).click();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Me" }).click();
  await page.getByRole("button", { name: "Leave the campaign" }).click();
  await page.getByRole("radio", { name: /^Leave them with the campaign/ }).check();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.getByRole("link", { name: "Join again" }).click();

  await fillForm(page);
  await page.getByLabel("State").selectOption("Massachusetts");
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await expect(page.getByText("one of them is from when you joined before")).toBeVisible();
  await expect(page.getByLabel("State")).toBeFocused();
  await expectAccessible(page);
  const joining = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/v1/mobilizer/join"));
  await page.getByLabel("Passcode").fill(process.env.KITH_PASSCODE!);
  await page.getByRole("button", { name: "Join Fall Turnout" }).click();
  expect(await (await joining).json()).toMatchObject({ state: "MA", zip: "55401" });
  await expect(joined).toBeVisible();
});

test("an earlier address of the landing page leads to the present one, and wrong passcodes say how many are left", async ({ page }) => {
  const authorized = page.waitForRequest((request) => Boolean(request.headers().authorization));
  const slug = `march-${Date.now()}`;
  await signIn(page, { email: `${slug}@example.org`, name: "Nia" });
  const first = await authorized;
  const send = async (method: string, path: string, data?: object) => {
    const response = await page.request.fetch(new URL(path, first.url()).href, { method, data, headers: { authorization: first.headers().authorization! } });
    expect(response.ok(), `${method} ${path}: ${response.status()}`).toBe(true);
    return (await response.json()) as { id: string; revision: string; passcode: string };
  };
  const organization = await send("POST", "/v1/admin/organizations", { name: "Marchers" });
  const campaign = await send("POST", `/v1/admin/organizations/${organization.id}/campaigns`, { name: "March", slug, time_zone: "America/Chicago", key_question: { text: "Will they march?" } });
  const path = `/v1/admin/campaigns/${campaign.id}`;
  await send("POST", `${path}/publish`);
  await send("PATCH", path, { slug: `${slug}-now`, revision: campaign.revision });
  const { passcode } = await send("POST", `${path}/passcode`);

  await page.goto(`/j/${slug}`);
  await expect(page.getByRole("heading", { level: 1, name: "March" })).toBeVisible();
  await expect(page).toHaveURL(`/j/${slug}-now`);
  await page.getByLabel("First name").fill("Nia");
  await page.getByLabel("Last name").fill("Lo");
  await page.getByLabel("State").selectOption("Maine");
  await page.getByLabel("Passcode").fill("WRONG234");
  await page.getByRole("button", { name: "Sign in and join" }).click(); // the issuer knows them from before
  for (const left of ["You have 4 tries left.", "You have 3 tries left.", "You have 2 tries left.", "You have one try left.", "(Chicago time)"]) {
    await expect(page.getByText(left)).toBeVisible();
    await page.getByLabel("Passcode").fill(left === "(Chicago time)" ? passcode : "WRONG234");
    await page.getByRole("button", { name: "Join March" }).click();
  }
  await expect(page.getByRole("alert")).toContainText(/You have tried too many passcodes\..* \(Chicago time\)/);
  await send("POST", `${path}/passcode`).then((next) => page.getByLabel("Passcode").fill(next.passcode));
  await page.getByRole("button", { name: "Join March" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "You've joined March" })).toBeVisible();
});
