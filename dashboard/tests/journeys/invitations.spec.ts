import type { Page } from "@playwright/test";
import { expect, expectAccessible, openCampaign, openPage, test } from "./kith";

test("an administrator invites three people by CSV", async ({ page }) => {
  const now = Date.now();
  const rows = ["email,first_name,last_name", ...["ana", "bo", "cy"].map((name) => `${name}.${now}@example.org,${name},Lee`), `ana.${now}@example.org,ana,Lee`, "not an address,Di,Lee"];
  await openCampaign(page);
  await openPage(page, "Invitations");
  await page.getByRole("link", { name: "Invite many" }).click();
  await page.locator("input[type=file]").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await expect(page.getByRole("heading", { name: "Rows that are skipped" })).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByRole("table", { name: "Rows that are skipped" }).getByRole("rowheader")).toHaveText(["5", "6"]);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as CSV" }).click();
  expect((await download).suggestedFilename()).toBe("rejected-rows.csv");

  await page.getByRole("button", { name: "Invite 3 people" }).click();
  await expect(page.getByRole("status").filter({ hasText: "3 people invited" })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Invitations" }).click();
  await page.getByRole("searchbox", { name: "Search by name or email" }).fill(`cy.${now}`);
  await expect(page.getByRole("rowheader", { name: `cy.${now}@example.org` })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`search=cy.${now}`));
});

test("an administrator chooses the columns of a list that Kith does not recognize", async ({ page }) => {
  const now = Date.now();
  await openCampaign(page);
  await openPage(page, "Invitations");
  await page.getByRole("link", { name: "Invite many" }).click();
  const rows = ["Voornaam,Achternaam,Email 2,Language", `Ann,Lee,ann.${now}@example.org,nl`];
  await page.locator("input[type=file]").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByRole("combobox", { name: "Email" }).selectOption("Email 2");
  await page.getByRole("combobox", { name: "First name" }).selectOption("Voornaam");
  await page.getByRole("combobox", { name: "Last name", exact: true }).selectOption("Achternaam");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Preview the list" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "1 value is left out" })).toContainText("Row 2: Kith sends no email in this language");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Invite 1 person" }).click();
  await expect(page.getByRole("status").filter({ hasText: "1 person invited" })).toBeVisible();
});

/** openList opens Invite many and chooses a file there. */
async function openList(page: Page, content: Buffer | string) {
  await openCampaign(page);
  await openPage(page, "Invitations");
  await page.getByRole("link", { name: "Invite many" }).click();
  await page.locator("input[type=file]").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(content as string) });
}

test("a list that Excel saved as Windows-1252 keeps its letters, and shows them before it is sent", async ({ page }) => {
  const email = `jose.${Date.now()}@example.org`;
  const file = `email,first_name,last_name\r\n${email},José,Pírez\r\n`;
  await openList(page, Buffer.from(file, "latin1"));
  await expect(page.getByText(`${email},José,Pírez`)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Invite 1 person" }).click();
  await expect(page.getByRole("status").filter({ hasText: "1 person invited" })).toBeVisible();

  await page.locator("input[type=file]").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await expect(page.getByText("Nobody is left to invite.")).toBeVisible();
  await expect(page.getByText("Windows-1252")).toBeHidden();
  await page.getByRole("main").getByRole("link", { name: "Invitations" }).click();
  await page.getByRole("searchbox", { name: "Search by name or email" }).fill(email);
  await expect(page.getByRole("row", { name: email })).toContainText("José Pírez");
});

test("a list without headings keeps its first person, and its columns can be chosen again", async ({ page }) => {
  const now = Date.now();
  await openList(page, `ann.${now}@example.org,Lee,Ann\nbo.${now}@example.org,Hill,Bo\n`);
  await expect(page.getByText("The first row of this file is a person, not headings.")).toBeVisible();
  const first = page.getByRole("combobox", { name: "First name" });
  await first.selectOption("2: Lee");
  await page.getByRole("button", { name: "Preview the list" }).click();
  await expect(page.getByRole("button", { name: "Invite 2 people" })).toBeVisible();
  await first.selectOption("3: Ann");
  await page.getByRole("combobox", { name: "Last name", exact: true }).selectOption("2: Lee");
  await page.getByRole("button", { name: "Preview the list" }).click();
  await expect(page.getByRole("button", { name: "Invite 2 people" })).toBeVisible();
  await expectAccessible(page);
});

test("an empty list says that it is empty", async ({ page }) => {
  await openList(page, "");
  await expect(page.getByRole("alert")).toContainText("This file is empty.");
});

test("an administrator invites one person after another, and revokes an invitation", async ({ page }) => {
  const email = `eve.${Date.now()}@example.org`;
  await openCampaign(page);
  await openPage(page, "Invitations");
  await page.getByRole("button", { name: "Invite Mobilizer" }).click();
  const panel = page.getByRole("dialog", { name: "Invite Mobilizer" });
  await expect(panel.getByRole("textbox", { name: "Email" })).toBeFocused();
  await expectAccessible(page);
  for (const expected of ["You can invite the next person", "This address has an open invitation"]) {
    await panel.getByRole("textbox", { name: "Email" }).fill(email);
    await panel.getByRole("textbox", { name: "First name" }).fill("Eve");
    await panel.getByRole("textbox", { name: "Last name" }).fill("Lee");
    await panel.getByRole("button", { name: "Save & Invite" }).click();
    await expect(panel.getByText(expected)).toBeVisible();
  }
  await panel.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Revoke: Eve Lee" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("combobox", { name: "Status" }).selectOption("Revoked");
  await page.getByRole("combobox", { name: "Delivery" }).selectOption("Bounced");
  await expect(page.getByRole("row", { name: email })).toHaveCount(0);
  await page.getByRole("button", { name: "Remove the filter Delivery: Bounced" }).click();
  await expect(page.getByRole("row", { name: email }).getByText("Revoked")).toBeVisible();
});
