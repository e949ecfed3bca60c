import type { BrowserContext, BrowserContextOptions, Locator, Page } from "@playwright/test";
import { addByPaste, addOne, answer, invite, joinFromInvitation, joinFromLandingPage, matchAll, matchOneself, newEmail } from "../journeys/mobilizer/flows";
import { Hand } from "../journeys/mobilizer/hand";
import { expect, signInOnPhone, test } from "../journeys/mobilizer/phone";
import { measureTime } from "./measure";

const ten = "Ingrid Pemberton\nMaría Nash\nOpal Cole\nLamar Ochoa-Reyes\nNaomi Frost\nSiobhan Norwood\nKeisha Moss\nLorenzo Lyle\nDmitri Galloway\nWalter Finch";

for (const typed of [false, true]) {
  test(`joining, ten people ${typed ? "typed" : "pasted"}, matching and the first answer`, async ({ page }) => {
    const hand = new Hand(page, { paced: true });
    const began = Date.now();
    await joinFromLandingPage(hand);
    expect(await addByPaste(hand, ten, typed ? "type" : "paste")).toMatchObject({ added: 10, refused: 0 });
    await matchAll(hand, 10);
    await matchOneself(hand);
    await answer(hand);
    measureTime(`join, ten people ${typed ? "typed" : "pasted"}, match, answer, at a person's pace`, Date.now() - began, 120_000, `, ${hand.taps} taps`);
  });
}

test("from an invitation's email to the first contact with an answer", async ({ page, browser }) => {
  const email = newEmail("invited");
  const html = await invite(browser, email);
  const hand = new Hand(page, { paced: true });
  const began = Date.now();
  await joinFromInvitation(hand, html, email);
  await addOne(hand, "Ingrid", "Pemberton");
  await matchAll(hand, 1);
  await matchOneself(hand);
  await answer(hand);
  measureTime("from an invitation's email to a contact with an answer, at a person's pace", Date.now() - began, 180_000, `, ${hand.taps} taps`);
});

/** throttle makes the page's network as slow as slow 4G, with the values of Chrome's developer tools, and its processor four times slower. */
async function throttle(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 562.5, downloadThroughput: (1.44e6) / 8, uploadThroughput: 675_000 / 8 });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
}

/** medianOf returns the median of five measured times. */
async function medianOf(load: () => Promise<number>): Promise<number> {
  const times = [];
  for (let n = 0; n < 5; n++) times.push(await load());
  return times.sort((a, b) => a - b)[2]!;
}

/** timeTo measures the time until an address is ready on a slow phone. */
async function timeTo(page: Page, path: string, ready: (page: Page) => Locator): Promise<number> {
  await throttle(page);
  const began = Date.now();
  await page.goto(path, { waitUntil: "commit" });
  await expect(ready(page)).toBeEnabled();
  return Date.now() - began;
}

const signInButton = (page: Page) => page.getByRole("button", { name: "Sign in" });
const firstAnswer = (page: Page) => page.getByRole("radio").first();
const firstName = (page: Page) => page.getByRole("textbox", { name: "First name" });

test("the app is ready on slow 4G with a processor four times slower", async ({ page, browser }) => {
  const newPhone = (storageState?: BrowserContextOptions["storageState"]) =>
    browser.newContext({ baseURL: process.env.KITH_SITE, viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, storageState });
  const load = (name: string, path: string, ready: (page: Page) => Locator, prepare: () => Promise<BrowserContext>) => test.step(name, async () => {
    const time = await medianOf(async () => {
      const phone = await prepare();
      const time = await timeTo(await phone.newPage(), path, ready);
      await phone.close();
      return time;
    });
    measureTime(`${name}, slow 4G, processor four times slower`, time, 4_000);
  });

  await load("first load of the sign-in page", "/m/", signInButton, () => newPhone());

  await joinFromLandingPage(new Hand(page));
  const joined = new URL(page.url()).pathname;
  const [key, tokens] = await page.evaluate(() => Object.entries(sessionStorage).find(([name]) => name.startsWith("oidc.user"))!);
  await load("first visit after joining", joined, firstName, async () => {
    const phone = await newPhone();
    await phone.addInitScript(([name, value]) => sessionStorage.setItem(name!, value!), [key, tokens]);
    return phone;
  });

  const signedIn = await newPhone();
  const app = await signedIn.newPage();
  await signInOnPhone(app);
  await app.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Me" }).click();
  await app.getByLabel("Stay signed in on this phone").check();
  const storageState = await signedIn.storageState();
  const next = new URL(app.url()).pathname.replace(/\/me$/, "");
  await load("first visit with people", next, firstAnswer, () => newPhone(storageState));
  await load("another visit", "/m/", firstAnswer, async () => {
    const phone = await newPhone(storageState);
    const earlier = await phone.newPage();
    await earlier.goto("/m/");
    await expect(firstAnswer(earlier)).toBeEnabled();
    await earlier.evaluate(() => navigator.serviceWorker.ready);
    await expect.poll(() => earlier.evaluate(() => localStorage.getItem("kith-only-campaign"))).not.toBeNull();
    await earlier.close();
    return phone;
  });
  await signedIn.close();
});
