import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./kith";

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
