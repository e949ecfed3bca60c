import type { Page, Route } from "@playwright/test";
import { expect, test } from "../journeys/kith";
import { signInOnPhone } from "../journeys/mobilizer/phone";
import { attempt, contextOf, isWanted, looks, take } from "./looks";

const cors = { "Access-Control-Allow-Origin": "*" };

/** changed answers a request with what the API returns, changed. */
const changed = <T>(change: (value: T) => T) => async (route: Route) => {
  const response = await route.fetch();
  await route.fulfill({ response, json: change((await response.json()) as T) });
};

interface Campaign {
  membership: object;
}

interface Session {
  campaigns: object[];
}

const yesterday = new Date(Date.now() - 86_400_000).toISOString();

/** finishToday makes the app take the first ten of the person's contacts as talked to today. */
async function finishToday(page: Page) {
  const campaign = new URL(page.url()).pathname.split("/")[2]!;
  await page.locator(".bottom-bar a").nth(1).click();
  await page.locator("main .row").nth(9).waitFor();
  const done = (await page.locator("main .row").evaluateAll((rows) => rows.map((row) => row.getAttribute("href")!.split("/").pop()!))).slice(0, 10);
  await page.evaluate(([key, ids]) => {
    const now = new Date();
    const day = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
    localStorage.setItem(key, JSON.stringify({ day, skipped: ids, putOff: {}, done: ids, goesOn: false }));
  }, [`kith-today:${campaign}`, done] as const);
  await page.locator(".bottom-bar a").nth(0).click();
}

/** states are what the mobilizers' app shows at unusual times. Each begins signed in, at the page Next. */
const states: Record<string, (page: Page) => Promise<void>> = {
  done: finishToday,
  left: async (page) => {
    await page.route(/\/v1\/mobilizer\/campaigns\/[^/?]+$/, changed<Campaign>((campaign) => ({ ...campaign, membership: { ...campaign.membership, left_at: yesterday } })));
    await page.reload();
    await page.locator(".banner").waitFor();
  },
  "left-me": async (page) => {
    await page.locator(".bottom-bar a").last().click();
    await page.locator("main h1").waitFor();
  },
  "several-campaigns": async (page) => {
    await page.route("**/v1/session", changed<Session>((session) => ({
      ...session,
      campaigns: [...session.campaigns,
        { id: "a", name: "Library Bond", organization_name: "Riverbend Neighbors", status: "active" },
        { id: "b", name: "Spring Primary", organization_name: "Prairie Voices Coalition", status: "closed" },
        { id: "c", name: "School Board Runoff", organization_name: "Prairie Voices Coalition", status: "active", left_at: yesterday }],
    })));
    await page.goto("/m/?all");
    await page.locator("main .row").nth(3).waitFor();
  },
  "signed-out": async (page) => {
    await page.route("**/token", (route) => route.fulfill({ status: 400, headers: cors, json: { error: "invalid_grant" } }));
    await page.route("**/v1/mobilizer/**", (route) => route.fulfill({ status: 401, headers: cors, json: { message: "Unauthorized" } }));
    await page.reload();
    await page.locator("dialog[open]").waitFor();
  },
  "offline-waiting": async (page) => {
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.locator(".next-card").waitFor();
    await page.context().setOffline(true);
    await page.locator(".next-card input[type=radio]").first().click();
    await page.locator(".status-line .tag").waitFor();
  },
};

/** floating are the states with a dialog or message above the page, of which only what is in view is taken. */
const floating = new Set(["signed-out", "offline-waiting", "update"]);

/** withoutTries is the API's answer to a wrong passcode that was the last try. */
const withoutTries = () => ({ code: "invalid", status: 422, title: "Invalid", detail: "Wrong", attempts_left: 0, at: new Date(Date.now() + 3_600_000).toISOString(), errors: [{ field: "passcode", message: "Wrong" }] });

const refusals: Record<string, () => object> = {
  "join-passcode-last": withoutTries,
  "join-passcode-pause": () => ({ code: "passcode_tries", status: 429, title: "Too many", detail: "", at: new Date(Date.now() + 3_600_000).toISOString() }),
  "join-passcode-network": () => ({ code: "passcode_tries_network", status: 429, title: "Too many", detail: "", at: new Date(Date.now() + 3_600_000).toISOString() }),
  "join-removed": () => ({ code: "removed", status: 403, title: "Removed", detail: "" }),
};

for (const look of looks) {
  test.describe(`${look.language} at ${look.width} px`, () => {
    test.use(contextOf(look));

    for (const [name, bring] of Object.entries(states).filter(([name]) => isWanted(`m-${name}`))) {
      test(`the mobilizers' app, ${name}, in ${look.language} at ${look.width} px`, async ({ page }) => {
        await signInOnPhone(page);
        if (name === "left-me") await states.left!(page);
        await bring(page);
        await take(page, look, `m-${name}`, !floating.has(name));
        await page.context().setOffline(false);
      });
    }

    test(`a new version in ${look.language} at ${look.width} px`, async ({ page }) => {
      if (!isWanted("m-update")) return;
      // To the browser, a worker at another address is another version.
      await page.addInitScript(() => {
        const { register } = ServiceWorkerContainer.prototype;
        ServiceWorkerContainer.prototype.register = function (address, options) {
          return register.call(this, this.controller ? address : `${String(address)}?earlier`, options);
        };
      });
      await signInOnPhone(page);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      await page.reload();
      await page.locator(".update").waitFor();
      await take(page, look, "m-update", false);
    });

    test(`refusals of the landing page in ${look.language} at ${look.width} px`, async ({ page }) => {
      for (const [name, problem] of Object.entries(refusals).filter(([name]) => isWanted(name))) {
        await attempt(name, async () => {
          await page.unroute("**/v1/mobilizer/join");
          await page.route("**/v1/mobilizer/join", (route) => route.fulfill({ status: (problem() as { status: number }).status, contentType: "application/problem+json", headers: { ...cors, "Access-Control-Allow-Headers": "*" }, body: JSON.stringify(problem()) }));
          await page.context().clearCookies();
          if (page.url().startsWith("http")) await page.evaluate(() => sessionStorage.clear());
          await page.goto("/j/fall-turnout");
          await page.locator("[name=first_name]").fill("Mina");
          await page.locator("[name=last_name]").fill("Sota");
          await page.locator("[name=passcode]").fill("WRONG234");
          await page.locator("#actions button").first().click();
          await page.getByRole("textbox", { name: "Email" }).fill(`mina.${Date.now()}@example.org`);
          await page.getByLabel("Name", { exact: true }).fill("Mina Sota");
          await page.getByRole("button", { name: "Sign in", exact: true }).click();
          await expect(page.locator("small:not(:empty), #error:not(:empty)").first()).toBeVisible();
          await take(page, look, name);
        });
      }
    });
  });
}
