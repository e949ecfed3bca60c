import type { Page } from "@playwright/test";
import { expect } from "../kith";
import { newEmail } from "./flows";

/** joinOnPhone joins the demo's campaign as somebody new and opens the page that adds people. It returns who that is. */
export async function joinOnPhone(page: Page) {
  const person = { email: newEmail("noa"), name: "Noa Sol" };
  await page.goto("/j/fall-turnout");
  await page.getByLabel("First name").fill("Noa");
  await page.getByLabel("Last name").fill("Sol");
  await page.getByLabel("State").selectOption("Massachusetts");
  await page.getByLabel("Passcode").fill(process.env.KITH_PASSCODE!);
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await page.getByRole("textbox", { name: "Email" }).fill(person.email);
  await page.getByLabel("Name", { exact: true }).fill(person.name);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Add your first contacts" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Add people" })).toBeFocused();
  return person;
}

/** waitForWorker waits until the app has all its files on the phone. */
export const waitForWorker = (page: Page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);

/** addOneByOne puts people on the list by their names, with Enter after each. */
export async function addOneByOne(page: Page, ...names: [first: string, last: string][]) {
  for (const [first, last] of names) {
    await page.getByLabel("First name").fill(first);
    await page.getByLabel("Last name").fill(last);
    await page.getByLabel("Last name").press("Enter");
    await expect(page.getByRole("checkbox", { name: `${first} ${last}` })).toBeChecked();
  }
}

/** goToPage follows the bar at the bottom. */
export const goToPage = (page: Page, name: string) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true }).click();

/** expectPeople checks the list of all contacts. */
export async function expectPeople(page: Page, ...names: string[]) {
  await goToPage(page, "People");
  for (const name of names) await expect(page.getByRole("main").getByRole("link", { name })).toHaveCount(1);
}

/** outlastDoubleTap waits until the app takes a tap at the same place for another one. */
export const outlastDoubleTap = (page: Page) => page.waitForTimeout(400);

/** scrollToEnd scrolls to where the button that stays in view covers no other control. */
export const scrollToEnd = (page: Page) => page.evaluate(() => scrollTo(0, document.body.scrollHeight));

export { expectReadable as expectAccessibleInBoth } from "../kith";
