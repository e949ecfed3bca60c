import type { Page } from "@playwright/test";
import { expectAccessible, showIn } from "../kith";
import { expectUnbroken, lengthenNames, longEmail } from "../long";
import { goToPage } from "./joined";
import { expect, signInAtIssuer, signInOnPhone, test } from "./phone";

/** Look is one way to see the app. text is the size of text in percent of the usual one. */
interface Look {
  name: string;
  width: number;
  height: number;
  scheme?: "dark";
  text?: number;
}

const looks: Look[] = [
  { name: "dark", width: 360, height: 740, scheme: "dark" },
  { name: "at 320 px", width: 320, height: 640 },
  { name: "with the keyboard open", width: 360, height: 380 },
  { name: "with text at 200 %", width: 360, height: 740, text: 200 },
];

/** expectGoodLayout checks the present screen in every look: by axe's rules, and that nothing is cut off or covered. */
async function expectGoodLayout(page: Page, screen: string) {
  for (const { name, width, height, scheme, text = 100 } of looks) {
    await test.step(`${screen}, ${name}`, async () => {
      await page.setViewportSize({ width, height });
      await showIn(page, scheme ?? "light");
      await page.evaluate((percent) => (document.documentElement.style.fontSize = `${1.0625 * percent}%`), text);
      expect(await page.evaluate(findCutOff), `${screen}, ${name}`).toEqual([]);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await expectAccessible(page);
    });
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await showIn(page, "light");
  await page.evaluate(() => (document.documentElement.style.fontSize = ""));
}

/** findCutOff runs in the page. It returns what is wider than the screen, what hides a part of its text, and the controls that something covers when they have the focus. */
function findCutOff(): string[] {
  const found: string[] = [];
  const root = document.querySelector("dialog[open]") ?? document.body;
  const name = (e: Element) => `<${e.tagName.toLowerCase()} class="${e.className}"> ${(e.textContent ?? "").trim().slice(0, 40)}`;
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  for (const element of root.querySelectorAll<HTMLElement>("*")) {
    if (element.closest(".visually-hidden, svg") || !element.checkVisibility()) continue;
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 0 && (left < -1 || right > innerWidth + 1)) found.push(`${name(element)} is from ${left} to ${right}`);
    const { overflowX, overflowY } = getComputedStyle(element);
    const clips = overflowX !== "visible" || overflowY !== "visible";
    if (clips && element.scrollWidth > element.clientWidth + 1 && !element.matches("input, select, textarea, dialog")) found.push(`${name(element)} is cut off`);
  }
  for (const control of root.querySelectorAll<HTMLElement>("a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary")) {
    if (!control.checkVisibility()) continue;
    control.focus();
    const { left, top, width, bottom } = control.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
    const isFixed = control.closest(".bottom-bar, .sticky-action, .announcer") !== null;
    const covered = hit === null ? "nothing" : control.contains(hit) || hit.contains(control) ? "" : name(hit);
    if (covered && !isFixed && document.activeElement === control) found.push(`${name(control)} is covered by ${covered}`);
  }
  (document.activeElement as HTMLElement | null)?.blur();
  return found;
}

const closeDialog = (page: Page) => page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

test("next, people and a person fit every phone, in dark, with large text and above the keyboard", async ({ page }) => {
  await signInOnPhone(page);
  await page.getByRole("button", { name: "+ Note" }).click();
  await expectGoodLayout(page, "next");

  await goToPage(page, "People");
  await page.getByRole("button", { name: "To do" }).click();
  await expectGoodLayout(page, "people");

  await page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
  await page.getByRole("button", { name: /^(Make a|Change the) plan$/ }).click();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await expectGoodLayout(page, "person");
  await page.getByRole("button", { name: "Cancel" }).first().click();
  await page.getByRole("button", { name: "Message" }).first().click();
  await expectGoodLayout(page, "message");
  await closeDialog(page);
});

test("adding, matching and one's own page fit every phone, in dark, with large text and above the keyboard", async ({ page }) => {
  await signInOnPhone(page);
  const campaign = new URL(page.url()).pathname;
  const open = async (path: string) => {
    await page.goto(campaign + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
  };
  await open("/add");
  await page.getByText("Phone, email and place").click();
  await expectGoodLayout(page, "add");
  await open("/add/file");
  await page.getByText("How do I get such a file?").click();
  await expectGoodLayout(page, "file");
  await open("/add/paste");
  await page.getByLabel("One person a line").fill("Ingrid Pemberton, Boston MA 02118\nOpal Cole (617) 253-0123 opal.cole.of.boston@mail.example.org\n617 253 0199\nLorenzo Lyle *86");
  await expectGoodLayout(page, "paste");
  await page.getByRole("button", { name: /^Look over/ }).click();
  await page.getByRole("heading", { name: "Look them over" }).waitFor();
  await expectGoodLayout(page, "review");

  await open("/match");
  await page.getByRole("main").getByRole("button", { name: "Later" }).waitFor();
  await expectGoodLayout(page, "match");
  await open("/me");
  await page.getByText("Who sees what").click();
  await expectGoodLayout(page, "me");
  await page.getByRole("button", { name: "Leave the campaign" }).click();
  await expectGoodLayout(page, "leave");
});

test("the sign-in, the list of campaigns, an ended campaign and one of others fit every phone", async ({ page }) => {
  await page.goto("/m/");
  await expectGoodLayout(page, "sign-in");
  await signInOnPhone(page, { email: "sam.rivera.1@example.org", name: "Sam Rivera", campaigns: "several" });
  await expectGoodLayout(page, "campaigns");
  await page.getByRole("link", { name: /^Spring Primary/ }).click();
  await page.getByText(/^This campaign ended on/).waitFor();
  await expectGoodLayout(page, "ended");
  await page.goto("/m/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000");
  await page.getByRole("link", { name: "Open the campaign's page" }).waitFor();
  await expectGoodLayout(page, "campaign of others");
});

test("long names and addresses break well on every phone", async ({ page }) => {
  await lengthenNames(page);
  await signInOnPhone(page);
  await expectUnbroken(page);
  await goToPage(page, "People");
  await expectUnbroken(page);
  await page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
  await page.getByRole("heading", { level: 1, name: /Featherstonehaugh/ }).waitFor();
  await expectUnbroken(page);
  await goToPage(page, "Me");
  await page.getByText(longEmail).waitFor();
  await expectUnbroken(page);
  await page.goto("/m/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000");
  await page.getByText(longEmail).waitFor();
  await expectUnbroken(page);
});

test("the landing page breaks a long address well", async ({ page }) => {
  await page.goto("/j/fall-turnout");
  await page.getByLabel("First name").fill("Maximiliana");
  await page.getByLabel("Last name").fill("Featherstonehaugh-Montgomery");
  await page.getByLabel("State").selectOption("Massachusetts");
  await page.getByLabel("Passcode").fill("NOTRIGHT");
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await signInAtIssuer(page, { email: longEmail, name: "Maximiliana Featherstonehaugh-Montgomery" });
  await page.getByText(longEmail).waitFor();
  await expectUnbroken(page);
});
