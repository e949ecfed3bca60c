import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./kith";

const landingPage = "/j/fall-turnout";

/** unsubscribeLink returns the path of the link that unsubscribes in one of the emails that were sent. */
async function unsubscribeLink(): Promise<string> {
  const inbox = await (await fetch(`${process.env.KITH_INBOX}/store`)).text();
  const link = /\/u\/[a-z0-9]+/i.exec(inbox)?.[0];
  expect(link).toBeDefined();
  return link!;
}

/** startJoining fills in the landing page and starts the sign-in. */
async function startJoining(page: Page) {
  await page.goto(landingPage);
  await page.getByLabel("First name").fill("Tab");
  await page.getByLabel("Last name").fill("Two");
  await page.getByLabel("Passcode").fill(process.env.KITH_PASSCODE!);
  const authorization = page.waitForRequest((request) => new URL(request.url()).searchParams.has("code_challenge"));
  await page.getByRole("button", { name: "Sign in and join" }).click();
  return new URL((await authorization).url()).searchParams.get("state")!;
}

test("somebody unsubscribes from the organization that the page names, and undoes it in a second tab", async ({ page }) => {
  const link = await unsubscribeLink();
  await page.goto(link);
  const heading = page.getByRole("heading", { level: 1, name: /^Unsubscribe from \S/ });
  const organization = (await heading.textContent())!.replace("Unsubscribe from ", "");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Unsubscribe" }).click();
  const unsubscribed = `You've unsubscribed from ${organization}`;
  await expect(page.getByRole("heading", { level: 1, name: unsubscribed })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: unsubscribed })).toBeVisible();

  const second = await page.context().newPage();
  await second.goto(link);
  await expect(second.getByRole("heading", { level: 1, name: unsubscribed })).toBeVisible();
  await second.getByRole("button", { name: "Undo" }).click();
  await expect(second.getByRole("heading", { level: 1, name: `You're subscribed to ${organization} again` })).toBeVisible();
  await page.reload();
  await expect(heading).toBeVisible();
});

test("a sign-in that the person cancels at the issuer leads back to the form, also after a reload", async ({ page }) => {
  const state = await startJoining(page);
  await expect(page.getByRole("textbox", { name: "Email" })).toBeVisible();
  await page.goto(`/callback?error=access_denied&state=${encodeURIComponent(state)}`);
  await expect(page.getByRole("alert")).toHaveText(/^You cancelled the sign-in\./);
  await expect(page).toHaveURL(landingPage);
  await expect(page.getByLabel("First name")).toHaveValue("Tab");
  await page.reload();
  await expect(page.getByLabel("First name")).toHaveValue("Tab");
  await expect(page.getByRole("alert")).toHaveText("");
});

test("joining again in a second tab says that the person has joined", async ({ page }) => {
  await startJoining(page);
  await page.getByRole("textbox", { name: "Email" }).fill(`tab.${Date.now()}@example.org`);
  await page.getByLabel("Name", { exact: true }).fill("Tab Two");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "You've joined Fall Turnout" })).toBeVisible();

  const second = await page.context().newPage();
  await startJoining(second); // the issuer knows them from before
  await expect(second.getByRole("heading", { level: 1, name: "You've already joined Fall Turnout" })).toBeVisible();
  await expect(second.getByText("We haven't changed your details.")).toBeVisible();
});
