import type { Page } from "@playwright/test";
import { newEmail } from "./flows";
import { expectAccessibleInBoth, goToPage, joinOnPhone, waitForWorker } from "./joined";
import { expect, mobilizer, signInAtIssuer, signInOnPhone, test } from "./phone";

const memberOfTwo = { email: "sam.rivera.1@example.org", name: "Sam Rivera", campaigns: "several" } as const;

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

const openMe = (page: Page) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Me" }).click();

test("somebody with several campaigns gets from one of them to the list", async ({ page }) => {
  await signInOnPhone(page, memberOfTwo);
  await page.getByRole("link", { name: /^Fall Turnout/ }).click();
  await openMe(page);
  await page.getByRole("link", { name: "My campaigns" }).click();
  await expect(page.getByRole("link", { name: "Spring Primary Prairie Voices Coalition Ended" })).toBeVisible();
});

test("somebody with one campaign is not offered the list", async ({ page }) => {
  await signInOnPhone(page);
  await openMe(page);
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(page.getByRole("link", { name: "My campaigns" })).toHaveCount(0);
});

test("nobody is next any more once the campaign has ended, although the phone's copy is older", async ({ page }) => {
  await signInOnPhone(page);
  await expect(page.getByRole("radio").first()).toBeEnabled();
  await page.route(/\/v1\/mobilizer\/campaigns\/[^/?]+$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), status: "closed", closed_at: new Date().toISOString() } });
  });
  await page.reload();
  await expect(page.getByText("There is nothing to do here any more.")).toBeVisible();
  await expect(page.getByRole("radio")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Skip" })).toHaveCount(0);
});

test("the sign-in page needs a connection, and keeps the sign-in on the phone when that is chosen", async ({ page, context }) => {
  await page.goto("/m/");
  await expect(page.getByRole("heading", { level: 1, name: "Talk to the people you know" })).toBeFocused();
  await expectAccessibleInBoth(page);
  const button = page.getByRole("button", { name: "Sign in" });
  await context.setOffline(true);
  await expect(page.getByText("There is no connection. Signing in needs one.")).toBeVisible();
  await expect(button).toBeDisabled();
  await expectAccessibleInBoth(page);
  await context.setOffline(false);
  await page.getByRole("checkbox", { name: /^Stay signed in on this phone/ }).check();
  await button.click();
  await signInAtIssuer(page, mobilizer);
  await expect(page.getByRole("heading", { level: 1, name: "Who next?" })).toBeVisible();
  const other = await context.newPage();
  await other.goto("/m/");
  await expect(other.getByRole("heading", { level: 1, name: "Who next?" })).toBeVisible();
});

test("a mobilizer without contacts begins with three people, leaves, and can join again", async ({ page }) => {
  await joinOnPhone(page);
  await goToPage(page, "Next");
  await expect(page.getByRole("heading", { name: "Add three people you would call today" })).toBeVisible();
  await expectAccessibleInBoth(page);
  await goToPage(page, "Me");
  await page.getByRole("button", { name: "Leave the campaign" }).click();
  await page.getByRole("radio", { name: /Leave them with the campaign/ }).click();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(page.getByText(/^You left on/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Join again" })).toHaveAttribute("href", /\/j\/fall-turnout$/);
  await expectAccessibleInBoth(page);
});

test("a new version of the app is offered, and used after a tap", async ({ page }) => {
  // To the browser, a worker at another address is another version.
  await page.addInitScript(() => {
    const { register } = ServiceWorkerContainer.prototype;
    ServiceWorkerContainer.prototype.register = function (address, options) {
      return register.call(this, this.controller ? address : `${String(address)}?earlier`, options);
    };
  });
  await signInOnPhone(page);
  await waitForWorker(page);
  const offer = page.getByRole("status").filter({ hasText: "There is a new version." });
  await page.reload();
  await expect(offer).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Update" }).click();
  await expect(offer).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
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
  await page.getByRole("link", { name: "Open the campaign's page" }).click();
  await expect(page.getByRole("alert").or(page.locator("#text")).filter({ hasText: "There is no campaign at this address." })).toBeVisible();
  await page.goto("/m/0199aaaa/other");
  await expect(page.getByRole("heading", { name: "We can't find this page" })).toBeVisible();
  await expectAccessibleInBoth(page);
});

/** idOfCampaign returns the id of the demo's campaign, which its landing page has. */
async function idOfCampaign(page: Page): Promise<string> {
  const { api } = (await (await page.request.get("/config.json")).json()) as { api: string };
  return ((await (await page.request.get(`${api}/v1/public/campaigns/fall-turnout`)).json()) as { id: string }).id;
}

for (const [locale, words] of Object.entries({
  "en-US": { signIn: "Sign in", title: "You aren't in this campaign", who: "You are signed in as", open: "Open the campaign's page", another: "Sign in with another address", join: "Sign in and join" },
  "es-MX": { signIn: "Iniciar sesión", title: "No participas en esta campaña", who: "Iniciaste sesión con", open: "Abrir la página de la campaña", another: "Iniciar sesión con otra dirección", join: "Iniciar sesión y participar" },
})) {
  test.describe(locale, () => {
    test.use({ locale });

    test("somebody who opens the app of a campaign that they did not join gets to its landing page", async ({ page }) => {
      const stranger = { email: newEmail("stranger"), name: "Kim Stranger" };
      const campaign = await idOfCampaign(page);
      await page.goto(`/m/${campaign}/people`);
      await page.getByRole("button", { name: words.signIn }).click();
      await signInAtIssuer(page, stranger);
      await expect(page.getByRole("heading", { level: 1, name: words.title })).toBeFocused();
      await expect(page.getByText(`${words.who} ${stranger.email}`)).toBeVisible();
      await expectAccessibleInBoth(page);
      await page.getByRole("link", { name: words.open }).click();
      await expect(page).toHaveURL("/j/fall-turnout");
      await expect(page.getByRole("button", { name: words.join })).toBeVisible();

      await page.goto(`/m/${campaign}`);
      await page.getByRole("button", { name: words.another }).click();
      await signInAtIssuer(page, mobilizer);
      await expect(page.getByRole("main").getByRole("heading", { level: 2 })).toBeVisible();
      await expect(page).toHaveURL(`/m/${campaign}`);
    });
  });
}

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
