import type { Page } from "@playwright/test";
import { expect, isSignedInAt, test as base } from "../kith";

/** test runs a journey on a small phone. */
export const test = base.extend({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

export { expect };

/** mobilizer is a mobilizer of the demo who has contacts. */
export const mobilizer = { email: "jose.garcia.3@example.org", name: "Jose Garcia" };

/** signInAtIssuer fills in the sign-in page of the local cloud. */
export async function signInAtIssuer(page: Page, { email, name }: { email: string; name: string }) {
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** signInOnPhone signs in to the mobilizers' app, which opens the person's campaign if they have one, and their list of campaigns if they have several. */
export async function signInOnPhone(page: Page, person: { email: string; name: string; campaigns?: "several" } = mobilizer) {
  await page.goto("/m/");
  await page.getByRole("button", { name: /^(Sign in|Iniciar sesión)$/ }).click();
  await signInAtIssuer(page, person);
  await page.waitForURL((url) => isSignedInAt(url, person.campaigns ? /^\/m\/$/ : /^\/m\/[^/]+$/));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: /^(Loading|Cargando)/ })).toBeHidden();
}
