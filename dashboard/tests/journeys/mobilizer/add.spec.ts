import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "../kith";
import { addByPaste, addOne, answer, invite, joinFromInvitation, joinFromLandingPage, matchAll, matchOneself, newEmail } from "./flows";
import { Hand } from "./hand";
import { expectAccessibleInBoth, expectPeople, goToPage, joinOnPhone, outlastDoubleTap, scrollToEnd } from "./joined";
import { expect, test } from "./phone";

const ten = `1. Ingrid Pemberton, Boston MA 02118
Nash, María
Opal Cole (617) 253-0123
Lamar Ochoa-Reyes
Naomi Frost; naomi@example.org; 01852
Norwood, Siobhan, 02740
Keisha Moss
Lorenzo Lyle
Dmitri Galloway 01609
Walter Finch`;

/** expectAccessibleAtEnd checks a page where what stays in view covers no control. */
async function expectAccessibleAtEnd(page: Page) {
  await scrollToEnd(page);
  await expectAccessible(page);
}

test("somebody joins, adds ten people by paste, finds them and answers for one, in at most 45 taps", async ({ page }) => {
  const hand = new Hand(page, { onScreen: expectAccessibleAtEnd });
  await joinFromLandingPage(hand);
  expect(await addByPaste(hand, ten)).toMatchObject({ added: 10, refused: 0 });
  await matchAll(hand, 10);
  await expect(page.getByRole("heading", { name: "Noa Sol" })).toBeFocused();
  await expect(page.getByText("10 of 11")).toBeHidden();
  await matchOneself(hand);
  await answer(hand);
  expect(hand.taps).toBeLessThanOrEqual(45);

  for (let people = 2; people <= 10; people++) {
    await page.getByRole("button", { name: "Next person" }).click();
    await expect(page.getByText(`${people} of 10`)).toBeVisible();
    await page.getByRole("radio").first().click();
  }
  await page.getByRole("button", { name: "Next person" }).click();
  await expect(page.getByRole("heading", { name: "Done for today. Thank you!" })).toBeFocused();
  await expect(page.getByText("You talked to 10 people.")).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText(/There is something to do\.$/)).toBeVisible();
  await expectPeople(page, "María Nash", "Siobhan Norwood", "Dmitri Galloway");
});

test("somebody goes from an invitation's email to the first contact with an answer in at most 20 taps", async ({ page, browser }) => {
  const email = newEmail("invited");
  const html = await invite(browser, email);
  const hand = new Hand(page, { onScreen: async () => (page.url() === "about:blank" ? undefined : expectAccessibleAtEnd(page)) }); // the email has no landmarks
  await joinFromInvitation(hand, html, email);
  await addOne(hand, "Ingrid", "Pemberton");
  await matchAll(hand, 1);
  await matchOneself(hand);
  await answer(hand);
  expect(hand.taps).toBeLessThanOrEqual(20);
});

test("nobody in vCard and Google CSV files is ticked, those who are ticked are added, and duplicates are marked", async ({ page }) => {
  await joinOnPhone(page);
  await page.getByRole("link", { name: "From a file" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "From a file" })).toBeFocused();
  await expectAccessible(page);
  const card = (...lines: string[]) => ["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n");
  const file = (name: string, text: string) => ({ name, mimeType: name.endsWith(".csv") ? "text/csv" : "text/vcard", buffer: Buffer.from(text) });
  const iPhone = card("VERSION:3.0", "N:Lee;Ana;;;", "FN:Ana Lee", "item1.TEL;type=CELL;type=pref:\u202a(617) 253-0123\u202c") + card("VERSION:3.0", "FN:Bo Lee", "TEL;TYPE=CELL:*86");
  const version4 = card("VERSION:4.0", "FN:Annie Lee", 'TEL;PREF=1;VALUE=uri;TYPE="voice,cell":tel:+1-617-253-0123');
  const google = "First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\nCarla,,Ruiz,* myContacts,* Home,carla@example.org,Mobile,(617) 253-0150\n";
  await page.getByLabel("Contacts file").setInputFiles(file("none.csv", "id,amount\n1,2\n"));
  await expect(page.getByRole("alert")).toContainText("There are no contacts in none.csv.");
  await page.getByLabel("Contacts file").setInputFiles([file("iphone.vcf", iPhone), file("version4.vcf", version4), file("contacts.csv", google)]);

  await expect(page.getByRole("checkbox", { name: "Ana Lee" })).not.toBeChecked();
  await expect(page.getByRole("button", { name: "Tick somebody to add" })).toBeDisabled();
  await page.getByRole("button", { name: "Tick all" }).click();
  await expect(page.getByRole("checkbox", { name: "Annie Lee" })).not.toBeChecked();
  await expect(page.getByText("Probably on your list already: same phone number")).toBeVisible();
  await expect(page.getByText("“*86” is not a full phone number. The person is added without it.")).toBeVisible();
  await scrollToEnd(page);
  await expectAccessibleInBoth(page);
  const adding = page.waitForRequest((request) => request.url().endsWith("/contacts/bulk"));
  await page.getByRole("button", { name: "Add 3 people" }).click();
  expect((await adding).postDataJSON()).toEqual({ contacts: [
    { first_name: "Ana", last_name: "Lee", phone: "+16172530123" }, { first_name: "Bo", last_name: "Lee" },
    { first_name: "Carla", last_name: "Ruiz", phone: "+16172530150", email: "carla@example.org" },
  ] });
  await expectPeople(page, "Ana Lee", "Bo Lee", "Carla Ruiz");
});

test("two of the phone's contacts are picked, and the likely duplicate is shown until one of them is removed", async ({ page }) => {
  // Chromium has the picker on Android only.
  await page.addInitScript(() => {
    const picked = [{ name: ["Ana Lee"], tel: ["(617) 253-0123"], email: [] }, { name: ["Ana Lee"], tel: ["+1 617 253 0123"], email: ["ana@example.org"] }];
    const select = (properties: string[], { multiple }: { multiple: boolean }) => Promise.resolve(multiple && properties.join() === "name,tel,email" ? picked : []);
    Object.defineProperty(navigator, "contacts", { value: { select } });
  });
  await joinOnPhone(page);
  await page.getByRole("button", { name: "From the phone" }).click();
  await page.getByRole("checkbox", { name: "Ana Lee" }).nth(1).check();
  await page.getByRole("button", { name: "Add 2 people" }).click();
  const notice = page.getByRole("heading", { name: "Perhaps the same person twice" });
  await expect(notice).toBeVisible();
  await expectAccessibleInBoth(page);
  await goToPage(page, "People");
  await page.reload();
  await expect(page.getByText("Ana Lee and Ana Lee have the same phone number.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove the new one" }).click();
  await expect(notice).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Keep both" }).click();
  await expect(notice).toBeHidden();
  await page.reload();
  await expect(page.getByRole("main").getByRole("link", { name: "Ana Lee" })).toHaveCount(2);
  await expect(notice).toBeHidden();
});

test("a zip code gives the state, and everybody who lacks one gets it at once", async ({ page }) => {
  await joinOnPhone(page);
  await page.getByRole("link", { name: "Paste a list" }).click();
  await page.getByLabel("One person a line").fill("Naomi Frost 01852\nIngrid Pemberton\nOpal Cole");
  await page.getByRole("button", { name: "Look over 3 people" }).click();
  await expect(page.getByText("MA 01852")).toBeVisible();
  const state = page.getByLabel(/^2 people have no state\./);
  await expectAccessible(page, page.locator("label", { has: state }));
  await state.selectOption("Massachusetts");
  await expect(state).toHaveCount(0);
  const adding = page.waitForRequest((request) => request.url().endsWith("/contacts/bulk"));
  await page.getByRole("button", { name: "Add 3 people" }).click();
  expect(((await adding).postDataJSON() as { contacts: { state?: string }[] }).contacts.map(({ state }) => state)).toEqual(["MA", "MA", "MA"]);
  await expect(page.getByRole("main").getByRole("heading", { level: 2 })).toBeVisible();
  await expect(page.getByText(/Kith needs/)).toHaveCount(0);
});

test("people whom the API refuses stay with the reason and are added once they are corrected", async ({ page }) => {
  await joinOnPhone(page);
  await page.getByRole("link", { name: "Paste a list" }).click();
  const tooLong = "o".repeat(400);
  await page.getByLabel("One person a line").fill(`Zoë ${tooLong}\nIman Washington, Duluth MN 02139`);
  await page.getByRole("button", { name: "Look over 2 people" }).click();
  await expect(page.getByText("The zip code 02139 is in Massachusetts, not in Minnesota. Both are kept")).toBeVisible();
  await page.getByRole("button", { name: "Add 2 people" }).click();
  await expect(page.getByRole("status").filter({ hasText: "1 person was not added." }).getByRole("link", { name: "See why" })).toBeVisible();
  await page.getByRole("banner").getByRole("link", { name: "1 needs you" }).click();
  const refused = page.getByRole("region", { name: "Not added yet" });
  await expect(refused.locator(".error-text")).not.toBeEmpty();
  await expectAccessibleInBoth(page);
  await refused.getByRole("button", { name: /^Edit Zoë/ }).click();
  await refused.getByLabel("Last name").fill("Haddad");
  await refused.getByRole("button", { name: "Done" }).click();
  await refused.getByRole("button", { name: "Add 1 person again" }).click();
  await expect(refused).toBeHidden();
  await expectPeople(page, "Zoë Haddad", "Iman Washington");
});

test("a double tap counts once, so that it looks nobody over and answers for nobody else", async ({ page }) => {
  await joinOnPhone(page);
  const doubleTap = async (target: Locator) => {
    await target.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await target.boundingBox())!;
    await page.touchscreen.tap(x + width / 2, y + height / 2);
    await page.waitForTimeout(80);
    await page.touchscreen.tap(x + width / 2, y + height / 2);
  };
  await page.getByRole("link", { name: "Paste a list" }).click();
  await page.getByLabel("One person a line").fill("Quentin Abernathy\nZelda Abernathy\nViola Abernathy\nXaver Abernathy");
  await page.goBack();
  await page.goForward();
  await doubleTap(page.getByRole("button", { name: "Look over 4 people" }));
  await outlastDoubleTap(page);
  await doubleTap(page.getByRole("button", { name: "Add 4 people" }));
  await expect(page.getByText("1 of 5")).toBeVisible();
  for (const position of ["2 of 5", "3 of 5"]) {
    await outlastDoubleTap(page);
    await doubleTap(page.getByRole("button", { name: "Not sure" }));
    await expect(page.getByText(position)).toBeVisible();
  }
});

test("a match is undone, made again and reset from the person's page", async ({ page }) => {
  await joinOnPhone(page);
  await page.getByLabel("First name").fill("Ingrid");
  await page.getByLabel("Last name").fill("Pemberton");
  await page.getByRole("button", { name: "Put on the list" }).click();
  await page.getByRole("button", { name: "Add 1 person" }).click();
  const question = page.getByRole("heading", { name: "Is this Ingrid?" });
  await expect(question).toBeVisible();
  await page.getByRole("radio", { name: "Ingrid Pemberton" }).check();
  await page.getByRole("button", { name: "Yes", exact: true }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(question).toBeVisible();
  await page.getByRole("button", { name: "No", exact: true }).click();
  await expect(page.getByRole("group", { name: "Can Ingrid register to vote?" })).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Not sure" }).click();

  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "People", exact: true }).click();
  await page.getByRole("main").getByRole("link", { name: "Ingrid Pemberton" }).click();
  await page.getByRole("link", { name: "Look up" }).click();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Reset and look up again" }).click();
  await expect(question).toBeVisible();
});
