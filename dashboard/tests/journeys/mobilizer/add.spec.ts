import { expectAccessible } from "../kith";
import { countTaps, expectPeople, joinOnPhone, scrollToEnd } from "./joined";
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

test("somebody joins, adds ten people by paste, finds them and answers for one, in at most 45 taps", async ({ page }) => {
  const taps = await countTaps(page);
  await joinOnPhone(page);
  await expectAccessible(page);

  await page.getByRole("link", { name: "Paste a list" }).click();
  await page.getByLabel("One person a line").fill(ten);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Look over 10 people" }).click();
  await expect(page.getByRole("checkbox", { name: "María Nash" })).toBeChecked();
  await scrollToEnd(page);
  await expectAccessible(page);
  const adding = page.waitForResponse((response) => response.url().endsWith("/contacts/bulk"));
  await page.getByRole("button", { name: "Add 10 people" }).click();
  expect(await (await adding).json()).toMatchObject({ added: 10, refused: 0 });

  await expect(page.getByRole("heading", { name: /^Is this / })).toBeVisible();
  await expectAccessible(page);
  for (let n = 1; n <= 10; n++) {
    await expect(page.getByText(`${n} of 11`)).toBeVisible();
    const yes = page.getByRole("button", { name: "Yes", exact: true });
    await expect(yes).toBeVisible();
    if (!(await yes.isEnabled())) await page.getByRole("radio").first().click();
    await yes.click();
  }
  await expect(page.getByRole("heading", { name: "Noa Sol" })).toBeFocused();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Not sure" }).click();
  await expect(page.getByText("10 of your people are in the voter file.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Who next?" }).click();
  const answering = page.waitForResponse((response) => response.request().method() === "PUT" && response.url().endsWith("/answer"));
  await page.getByRole("radio").first().click();
  expect((await answering).status()).toBe(200);
  expect(await taps()).toBeLessThanOrEqual(45);
});

test("nobody in a vCard file is ticked, those who are ticked are added, and duplicates are marked", async ({ page }) => {
  await joinOnPhone(page);
  await page.getByRole("link", { name: "From a file" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "From a file" })).toBeFocused();
  await expectAccessible(page);
  const card = (name: string, phone: string) => `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nTEL;TYPE=CELL:${phone}\r\nEND:VCARD\r\n`;
  const file = (name: string, text: string) => ({ name, mimeType: "text/vcard", buffer: Buffer.from(text) });
  await page.getByLabel("Contacts file").setInputFiles(file("none.csv", "id,amount\n1,2\n"));
  await expect(page.getByRole("alert")).toContainText("There are no contacts in none.csv.");
  await page.getByLabel("Contacts file").setInputFiles(file("contacts.vcf", card("Ana Lee", "\u202a(617) 253-0123\u202c") + card("Bo Lee", "*86") + card("Annie Lee", "617 253 0123")));

  await expect(page.getByRole("checkbox", { name: "Ana Lee" })).not.toBeChecked();
  await expect(page.getByRole("button", { name: "Tick somebody to add" })).toBeDisabled();
  await page.getByRole("button", { name: "Tick all" }).click();
  await expect(page.getByRole("checkbox", { name: "Annie Lee" })).not.toBeChecked();
  await expect(page.getByText("Probably on your list already: same phone number")).toBeVisible();
  await expect(page.getByText("“*86” is not a full phone number. The person is added without it.")).toBeVisible();
  await scrollToEnd(page);
  await expectAccessible(page);
  const adding = page.waitForRequest((request) => request.url().endsWith("/contacts/bulk"));
  await page.getByRole("button", { name: "Add 2 people" }).click();
  expect((await adding).postDataJSON()).toEqual({ contacts: [{ first_name: "Ana", last_name: "Lee", phone: "+16172530123" }, { first_name: "Bo", last_name: "Lee" }] });
  await expectPeople(page, "Ana Lee", "Bo Lee");
});

test("people whom the API refuses stay with the reason and are added once they are corrected", async ({ page }) => {
  await joinOnPhone(page);
  await page.getByRole("link", { name: "Paste a list" }).click();
  const tooLong = "o".repeat(400);
  await page.getByLabel("One person a line").fill(`Zoë ${tooLong}\nIman Washington`);
  await page.getByRole("button", { name: "Look over 2 people" }).click();
  await page.getByRole("button", { name: "Add 2 people" }).click();
  await page.getByRole("status").filter({ hasText: "1 person was not added." }).getByRole("link", { name: "See why" }).click();
  const refused = page.getByRole("region", { name: "Not added yet" });
  await expect(refused.locator(".error-text")).not.toBeEmpty();
  await expectAccessible(page);
  await refused.getByRole("button", { name: /^Edit Zoë/ }).click();
  await refused.getByLabel("Last name").fill("Haddad");
  await refused.getByRole("button", { name: "Done" }).click();
  await refused.getByRole("button", { name: "Add 1 person again" }).click();
  await expect(refused).toBeHidden();
  await expectPeople(page, "Zoë Haddad", "Iman Washington");
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
  await page.getByRole("button", { name: "Not sure" }).click();

  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "People", exact: true }).click();
  await page.getByRole("main").getByRole("link", { name: "Ingrid Pemberton" }).click();
  await page.getByRole("link", { name: "Look up" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Reset and look up again" }).click();
  await expect(question).toBeVisible();
});
