import type { Browser, Locator, Page } from "@playwright/test";
import { expect, openCampaign, openPage } from "../kith";
import type { Hand } from "./hand";

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });

const title = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

/** newEmail returns an address that nobody has used. */
export const newEmail = (name: string) => `${name}.${Date.now().toString(36)}@example.org`;

/** signIn fills in the sign-in page of the local cloud. */
async function signIn(hand: Hand, email: string, name: string) {
  const { page } = hand;
  await hand.type(page.getByRole("textbox", { name: "Email" }), email);
  await hand.type(page.getByLabel("Name", { exact: true }), name);
  await hand.tap(button(page, "Sign in"));
}

/** joinFromLandingPage joins the demo's campaign, and goes on to the page that adds people. */
export async function joinFromLandingPage(hand: Hand) {
  const { page } = hand;
  await page.goto("/j/fall-turnout");
  await hand.look(page.getByLabel("First name"));
  await hand.type(page.getByLabel("First name"), "Noa");
  await hand.type(page.getByLabel("Last name"), "Sol");
  await hand.choose(page.getByLabel("State"), "Massachusetts");
  await hand.type(page.getByLabel("Passcode"), process.env.KITH_PASSCODE!);
  await hand.tap(button(page, "Sign in and join"));
  await signIn(hand, newEmail("noa"), "Noa Sol");
  await hand.tap(button(page, "Add your first contacts"));
  await hand.look(title(page, "Add people"));
}

/** addByPaste adds a list of people, which is pasted or typed, all of them ticked. It returns the API's report. */
export async function addByPaste(hand: Hand, people: string, how: "paste" | "type" = "paste") {
  const { page } = hand;
  await hand.tap(page.getByRole("link", { name: "Paste a list" }));
  await hand.look(title(page, "Paste a list"));
  await hand[how](page.getByLabel("One person a line"), people);
  await hand.tap(button(page, /^Look over/));
  await hand.look(page.getByRole("heading", { name: "Look them over" }));
  const adding = page.waitForResponse((response) => response.url().endsWith("/contacts/bulk"));
  await hand.tap(button(page, /^Add \d+ (person|people)$/));
  return (await (await adding).json()) as { added: number; refused: number };
}

/** matchAll chooses a voter for each of the people: the preselected one, or the first. */
export async function matchAll(hand: Hand, count: number) {
  const { page } = hand;
  const yes = button(page, "Yes");
  for (let n = 1; n <= count; n++) {
    await page.getByText(`${n} of ${count + 1}`).waitFor();
    if (n === 1) await hand.look(yes);
    else await yes.waitFor();
    if (!(await yes.isEnabled())) await hand.tap(page.getByRole("radio").first());
    await hand.tap(yes);
  }
}

/** matchOneself says that one is in none of the voter files, and goes on to the person who is next. */
export async function matchOneself(hand: Hand) {
  const { page } = hand;
  await hand.look(page.getByRole("heading", { name: "Noa Sol" }));
  await hand.tap(button(page, "Not sure"));
  await hand.tap(page.getByRole("main").getByRole("link", { name: "Who next?" }));
}

/** answer records the first response of the Key Question for the person who is next. */
export async function answer(hand: Hand) {
  const { page } = hand;
  await hand.look(page.getByRole("radio").first());
  const answering = page.waitForResponse((response) => response.request().method() === "PUT" && response.url().endsWith("/answer"));
  await hand.tap(page.locator("label.choice").first());
  expect((await answering).status()).toBe(200);
}

/** invite invites somebody to the demo's campaign as its owner, and returns the HTML of the email. */
export async function invite(browser: Browser, email: string): Promise<string> {
  const page = await browser.newPage({ baseURL: process.env.KITH_SITE, viewport: { width: 1280, height: 860 }, isMobile: false, hasTouch: false });
  await openCampaign(page);
  await openPage(page, "Invitations");
  await button(page, "Invite Mobilizer").click();
  const panel = page.getByRole("dialog", { name: "Invite Mobilizer" });
  await panel.getByRole("textbox", { name: "Email" }).fill(email);
  await panel.getByRole("textbox", { name: "First name" }).fill("Noa");
  await panel.getByRole("textbox", { name: "Last name" }).fill("Sol");
  await button(page, "Save & Invite").click();
  let html = "";
  await expect.poll(async () => (html = await readMail(page, email)), { timeout: 30_000 }).not.toBe("");
  await page.close();
  return html;
}

interface Mail {
  destination: { to: string[] };
  body: { html: string };
}

/** readMail returns the HTML of the latest email to an address in the local inbox; "" if there is none. */
async function readMail(page: Page, email: string): Promise<string> {
  const response = await page.request.get(`${process.env.KITH_INBOX!}/store`);
  const { emails } = (await response.json()) as { emails: Mail[] };
  return emails.findLast(({ destination }) => destination.to.some((to) => to.includes(email)))?.body.html ?? "";
}

/** joinFromInvitation opens an invitation's email, joins and goes on to the page that adds people. */
export async function joinFromInvitation(hand: Hand, html: string, email: string) {
  const { page } = hand;
  await page.setContent(html);
  const accept: Locator = page.getByRole("link", { name: "Accept the invitation" });
  await hand.look(accept);
  await hand.tap(accept);
  await hand.look(button(page, "Sign in and accept"));
  const state = page.getByLabel("State");
  if ((await state.count()) > 0 && (await state.inputValue()) === "") await hand.choose(state, "Massachusetts");
  await hand.tap(button(page, "Sign in and accept"));
  await signIn(hand, email, "Noa Sol");
  await hand.tap(button(page, "Add your first contacts"));
  await hand.look(title(page, "Add people"));
}

/** addOne adds one person by name, with Enter after it. */
export async function addOne(hand: Hand, first: string, last: string) {
  const { page } = hand;
  await hand.type(page.getByLabel("First name"), first);
  await hand.type(page.getByLabel("Last name"), last);
  await hand.tap(button(page, "Put on the list"));
  await hand.tap(button(page, "Add 1 person"));
}
