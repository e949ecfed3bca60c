import type { Page } from "@playwright/test";
import { expect, invitationLink, test } from "../journeys/kith";
import { attempt, contextOf, isWanted, looks, take } from "./looks";

/** invited are people of the demo, by the state of their invitation. */
const invited = { open: "quin.quiet@example.org", accepted: "zoe.muller.6@example.org", expired: "noor.haddad@example.org", revoked: "tam.nguyen@example.org", spanish: "inigo.pena@example.org" };

const landing = "/j/fall-turnout";

/** fill fills in the landing page's form. */
async function fill(page: Page, passcode: string) {
  await page.goto(landing);
  await page.locator("[name=first_name]").fill("Mina");
  await page.locator("[name=last_name]").fill("Sota");
  await page.locator("[name=state]").selectOption("MA");
  await page.locator("[name=passcode]").fill(passcode);
}

/** signInAtIssuer presses the page's first button and fills in the sign-in page of the local cloud. */
async function signInAtIssuer(page: Page, email: string) {
  await page.locator("#actions button").first().click();
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill("Mina Sota");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL((url) => url.origin === process.env.KITH_SITE);
}

/** forget ends the sign-in, and deletes what the page keeps in this tab. */
async function forget(page: Page) {
  await page.context().clearCookies();
  if (page.url().startsWith("http")) await page.evaluate(() => sessionStorage.clear());
}

const titled = async (page: Page) => {
  await expect(page.locator("#title")).not.toHaveText(/^(Kith|One moment …|Un momento …)$/);
  await page.waitForLoadState("networkidle");
};

const pictures: Record<string, (page: Page) => Promise<unknown>> = {
  "join-landing": (page) => page.goto(landing),
  "join-errors": async (page) => { await page.goto(landing); await page.locator("#actions button").first().click(); },
  "join-place": async (page) => { await fill(page, process.env.KITH_PASSCODE!); await page.locator("[name=zip]").fill("04101"); await page.locator("#actions button").first().click(); },
  "join-wrong-passcode": async (page) => { await fill(page, "WRONG234"); await signInAtIssuer(page, `mina.${Date.now()}@example.org`); await page.locator("small:not(:empty)").waitFor(); },
  "join-joined": async (page) => { await fill(page, process.env.KITH_PASSCODE!); await signInAtIssuer(page, `mina.${Date.now()}@example.org`); await titled(page); },
  "join-closed": (page) => page.goto("/j/spring-primary"),
  "join-unknown": (page) => page.goto("/j/nowhere"),
  "invitation-unknown": (page) => page.goto("/i/nothing"),
  ...Object.fromEntries(Object.entries(invited).map(([state, email]) => [`invitation-${state}`, async (page: Page) => page.goto(await invitationLink(email))])),
  "invitation-another": async (page) => { await page.goto(await invitationLink(invited.open)); await titled(page); await page.locator("[name=last_name]").fill("Sota"); await signInAtIssuer(page, `olga.${Date.now()}@example.org`); await titled(page); },
  "invitation-requested": async (page) => { await page.locator("#actions button").first().click(); await page.waitForTimeout(1000); },
  decide: (page) => page.goto("/a/c/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"),
  "unsubscribe-unknown": (page) => page.goto("/u/nothing"),
  issuer: async (page) => { await fill(page, process.env.KITH_PASSCODE!); await page.locator("#actions button").first().click(); await page.getByRole("textbox", { name: "Email" }).waitFor(); },
};

for (const look of looks) {
  test.describe(`${look.language} at ${look.width} px`, () => {
    test.use(contextOf(look));

    test(`pages of links in ${look.language} at ${look.width} px`, async ({ page }) => {
      for (const [name, open] of Object.entries(pictures).filter(([name]) => isWanted(name))) {
        await attempt(name, async () => {
          if (name !== "invitation-requested") await forget(page);
          await open(page);
          if (name !== "issuer") await titled(page);
          await take(page, look, name);
        });
      }
    });
  });
}
