import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** owner runs the demo's organization; they are an owner of it. */
export const owner = { email: "ada@example.org", name: "Ada Demo" };

/** test fails a journey whose page logs an error. Refused requests are logged by the browser, and are not errors of a page. */
export const test = base.extend<{ errors: string[] }>({
  baseURL: ({}, use) => use(process.env.KITH_SITE),
  errors: [async ({ page }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && !/Failed to load resource/.test(message.text()) && errors.push(message.text()));
    await use(errors);
    expect(errors).toEqual([]);
  }, { auto: true }],
});

export { expect };

/** signIn signs in from the start page. */
export async function signIn(page: Page, person = owner) {
  await page.goto("/");
  await page.getByRole("button", { name: /^(Sign in|Iniciar sesión)$/ }).click();
  await page.getByRole("textbox", { name: "Email" }).fill(person.email);
  await page.getByLabel("Name", { exact: true }).fill(person.name);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL((url) => isSignedInAt(url, /^\/(?!callback)/));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

/** isSignedInAt reports whether an address is one of the site, with a path that matches, and not the issuer's page or the way back from it. */
export const isSignedInAt = (url: URL, path: RegExp) => url.origin === process.env.KITH_SITE && path.test(url.pathname);

/** openCampaign signs the demo's owner in and opens one of their campaigns. */
export async function openCampaign(page: Page, name = "Fall Turnout") {
  await signIn(page);
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Content" })).toBeVisible();
}

/** openPage follows the navigation to a page. */
export async function openPage(page: Page, name: string) {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
}

/** invitationLink returns the path of the invitation that was sent to an address. */
export async function invitationLink(email: string): Promise<string> {
  let link: string | undefined;
  await expect(async () => {
    const inbox = await (await fetch(`${process.env.KITH_INBOX}/store`)).text();
    const { emails } = JSON.parse(inbox) as { emails: { destination: { to: string[] } }[] };
    const sent = emails.find((e) => e.destination.to.some((to) => to.includes(email)));
    link = /\/i\/[a-z0-9]+/i.exec(JSON.stringify(sent))?.[0];
    expect(link).toBeDefined();
  }).toPass({ timeout: 20_000 });
  return link!;
}

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** check lets make soak go on after a violation, so that one run finds them all. */
const check = expect.configure({ soft: process.env.KITH_SOAK !== undefined });

/** expectAccessible checks the page, or a part of it, by axe's rules for WCAG 2.2 AA. */
export async function expectAccessible(page: Page, part: Locator = page.locator(":root")) {
  await page.evaluate(axe);
  const violations = await part.evaluate(async (element) => {
    const { axe } = window as unknown as { axe: { run: (context: Element, options: object) => Promise<{ violations: Violation[] }> } };
    return (await axe.run(element, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations;
  });
  check(violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html} ${n.failureSummary}`).join("\n")}`)).toEqual([]);
}

/** showIn shows the page in light or dark, and waits until no element is on its way to its new color. */
export async function showIn(page: Page, colorScheme: "light" | "dark") {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  const dashboard = page.locator("html[data-mantine-color-scheme]");
  if (await dashboard.count()) await expect(dashboard).toHaveAttribute("data-mantine-color-scheme", colorScheme);
  await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const running = () => document.getAnimations().filter((a) => a instanceof CSSTransition && a.playState === "running");
    for (let still = 0; still < 2; still++) {
      await frame();
      if (running().length > 0) still = -1;
      await Promise.allSettled(running().map((transition) => transition.finished));
    }
  });
}

/** findFaint returns the texts of a checked page that lack contrast in dark, where only axe's rules about colors differ. */
export async function findFaint(page: Page): Promise<string[]> {
  await showIn(page, "dark");
  const faint = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (context: Document, options: object) => Promise<{ violations: Violation[] }> } };
    return (await axe.run(document, { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } })).violations;
  });
  await showIn(page, "light");
  return faint.flatMap((v) => v.nodes.map((n) => `${n.html} ${n.failureSummary}`));
}

/** expectReadable checks the page by axe's rules, in light and in dark. */
export async function expectReadable(page: Page) {
  await expectAccessible(page);
  expect(await findFaint(page), "texts without contrast in dark").toEqual([]);
}

/** tabTo presses Tab until an element has the focus. */
export async function tabTo(page: Page, element: Locator) {
  for (let presses = 0; presses < 150; presses++) {
    if (await element.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(element, "can be reached by Tab").toBeFocused();
}
