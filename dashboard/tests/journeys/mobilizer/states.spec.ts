import { expectAccessibleInBoth } from "./joined";
import { expect, signInOnPhone, test } from "./phone";

const memberOfTwo = { email: "sam.rivera.1@example.org", name: "Sam Rivera", campaigns: "several" } as const;
const beginner = { email: "jose.garcia.2@example.org", name: "José García" };

test("a closed campaign can be read, and consent in it withdrawn", async ({ page }) => {
  await signInOnPhone(page, memberOfTwo);
  await expectAccessibleInBoth(page);
  await page.getByRole("link", { name: /^Spring Primary/ }).click();
  await expect(page.getByText(/^This campaign ended on .*You can read everything, withdraw consent, or leave\.$/)).toBeVisible();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "People", exact: true }).click();
  await page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
  await expect(page.getByRole("radio").first()).toBeDisabled();
  await expect(page.getByRole("button", { name: /Add a note|Remove|Edit/ })).toHaveCount(0);
  await expectAccessibleInBoth(page);
});

test("a mobilizer without contacts begins with three people, leaves, and can join again", async ({ page }) => {
  await signInOnPhone(page, beginner);
  await expect(page.getByRole("heading", { name: "Add three people you would call today" })).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Me" }).click();
  await page.getByRole("button", { name: "Leave the campaign" }).click();
  await page.getByRole("radio", { name: /Leave them with the campaign/ }).click();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(page.getByText(/^You left on/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Join again" })).toHaveAttribute("href", /\/j\/fall-turnout$/);
  await expectAccessibleInBoth(page);
});

test("somebody who cancels the sign-in, is outside the campaign or has an unknown address gets a page that says so", async ({ page }) => {
  await page.goto("/m/");
  const leaving = page.waitForRequest((request) => new URL(request.url()).searchParams.has("code_challenge"));
  await page.getByRole("button", { name: "Sign in" }).click();
  const state = new URL((await leaving).url()).searchParams.get("state")!;
  await expect(page.getByRole("textbox", { name: "Email" })).toBeVisible();
  await page.goto(`/callback?error=access_denied&state=${encodeURIComponent(state)}`);
  await expect(page.getByRole("alert")).toHaveText("You cancelled the sign-in. Sign in to go on.");
  await expectAccessibleInBoth(page);
  await page.reload();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await signInOnPhone(page, memberOfTwo);
  await page.goto("/m/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000");
  await expect(page.getByRole("heading", { name: "You aren't in this campaign" })).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.goto("/m/0199aaaa/other");
  await expect(page.getByRole("heading", { name: "We can't find this page" })).toBeVisible();
  await expectAccessibleInBoth(page);
});

test("the app opens without a connection from the phone's copy, and says how old it is", async ({ page, context }) => {
  await signInOnPhone(page);
  const name = (await page.getByRole("main").getByRole("heading", { level: 2 }).textContent())!;
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBeGreaterThan(0);
  await page.reload();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText(/^No connection\. As of/)).toBeVisible();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await context.setOffline(false);
});

test.describe("in Spanish", () => {
  test.use({ locale: "es-MX" });

  test("the app is in Spanish, and in English after choosing it", async ({ page }) => {
    await signInOnPhone(page);
    await expect(page.locator("html")).toHaveAttribute("lang", "es");
    await expect(page.getByText(/Todavía no le has preguntado|Hay algo por hacer|Hablaron|registro electoral/).first()).toBeVisible();
    await expectAccessibleInBoth(page);
    await page.getByRole("navigation", { name: "Páginas" }).getByRole("link", { name: "Yo" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Yo" })).toBeFocused();
    await expectAccessibleInBoth(page);
    await page.getByRole("radio", { name: "English" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Me" })).toBeVisible();
  });
});
