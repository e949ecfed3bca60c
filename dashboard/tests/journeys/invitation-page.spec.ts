import type { Page } from "@playwright/test";
import { expect, expectAccessible, invitationLink, signIn, test } from "./kith";

/** Invited is somebody who was invited to a campaign. */
interface Invited {
  email: string;
  link: string; // path of the invitation
  revoke: () => Promise<void>;
}

/** inviteTwo creates an organization with a campaign as its new owner, and invites two people to it. */
async function inviteTwo(page: Page, campaign: string, now: number): Promise<Invited[]> {
  const authorized = page.waitForRequest((request) => Boolean(request.headers().authorization));
  await signIn(page, { email: `lou.${now}@example.org`, name: "Lou Owner" });
  const first = await authorized;
  const send = async (method: string, path: string, data?: object) => {
    const response = await page.request.fetch(new URL(path, first.url()).href, { method, data, headers: { authorization: first.headers().authorization! } });
    expect(response.ok(), `${method} ${path}: ${response.status()}`).toBe(true);
    return (await response.json()) as { id: string };
  };
  const organization = await send("POST", "/v1/admin/organizations", { name: "Harbor Union" });
  const { id } = await send("POST", `/v1/admin/organizations/${organization.id}/campaigns`, {
    name: campaign, slug: `harbor-${now}`, time_zone: "America/Chicago", description: "We want **shorter shifts**.", key_question: { text: "Will they sign?" },
  });
  await send("POST", `/v1/admin/campaigns/${id}/publish`);
  const invited: Invited[] = [];
  for (const first_name of ["Ines", "Otto"]) {
    const email = `${first_name.toLowerCase()}.${now}@example.org`;
    const invitation = await send("POST", `/v1/admin/campaigns/${id}/invitations`, { email, first_name, last_name: "Invited" });
    const revoke = async () => void (await send("POST", `/v1/admin/campaigns/${id}/invitations/${invitation.id}/revoke`));
    invited.push({ email, link: await invitationLink(email), revoke });
  }
  return invited;
}

/** signInAtIssuer fills in the sign-in page of the local cloud. */
async function signInAtIssuer(page: Page, email: string) {
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill("Ines Married");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const from = (page: Page) => page.locator("#from");

test("the page of an invitation survives back, reload and a second tab, and its refusals name campaign and organization", async ({ page, browser }) => {
  const now = Date.now();
  const campaign = `Harbor ${now}`;
  const [accepting, revoked] = await inviteTwo(page, campaign, now);
  const context = await browser.newContext({ baseURL: process.env.KITH_SITE, locale: "en-US", timezoneId: "America/New_York" });
  const guest = await context.newPage();
  await guest.goto(accepting!.link);
  const title = guest.getByRole("heading", { level: 1 });
  await expect(title).toHaveText(`Lou Owner invites you to join “${campaign}”`);
  await expect(from(guest)).toHaveText("Harbor Union");
  await expect(guest.getByText("We want shorter shifts.")).toBeVisible();
  await expect(guest.getByText(/^The invitation is open until .* \(Chicago time\)\.$/)).toBeVisible();
  await expect(guest.getByRole("checkbox", { name: "The campaign's organizers may see my email address." })).not.toBeChecked();
  await expectAccessible(guest);

  await guest.getByLabel("Last name").fill("Married");
  await guest.getByRole("button", { name: "Sign in and accept" }).click();
  await expect(guest.getByRole("textbox", { name: "Email" })).toBeVisible();
  await guest.goBack();
  await expect(guest.getByRole("alert")).toHaveText(/^You cancelled the sign-in\./);
  await expect(guest.getByLabel("Last name")).toHaveValue("Married");
  await guest.reload();
  await expect(guest.getByRole("alert")).toHaveText("");
  await expect(guest.getByLabel("Last name")).toHaveValue("Married");

  await guest.getByRole("button", { name: "Sign in and accept" }).click();
  await signInAtIssuer(guest, accepting!.email);
  await expect(title).toHaveText(`You've joined ${campaign}`);
  await guest.reload();
  await expect(title).toHaveText(`You've already joined ${campaign}`);

  const second = await context.newPage();
  await second.goto(accepting!.link);
  await expect(second.getByRole("heading", { level: 1 })).toHaveText(campaign);
  await expect(from(second)).toHaveText("Harbor Union");
  await second.getByRole("button", { name: "Sign in to continue" }).click();
  await signInAtIssuer(second, accepting!.email); // an invitation takes a fresh sign-in only
  await expect(second.getByRole("heading", { level: 1 })).toHaveText(`You've already joined ${campaign}`);

  await revoked!.revoke();
  await second.goto(revoked!.link);
  await expect(second.getByText("This invitation was revoked.")).toBeVisible();
  await expect(second.getByRole("heading", { level: 1 })).toHaveText(campaign);
  await expect(from(second)).toHaveText("Harbor Union");
  await expect(second.getByRole("button", { name: "Request a new invitation" })).toBeVisible();
  await context.close();
});

test("the page of an invitation asks about a state from before that contradicts the zip code", async ({ page, browser }) => {
  const now = Date.now();
  const [{ email, link }] = (await inviteTwo(page, `Harbor ${now}`, now)) as [Invited, Invited];
  const context = await browser.newContext({ baseURL: process.env.KITH_SITE, locale: "en-US" });
  const guest = await context.newPage();
  const refusal = {
    type: "about:blank", title: "Unprocessable Entity", status: 422, code: "state_contradicts_zip", detail: "State and zip code contradict each other.",
    errors: [{ field: "state", message: "The zip code is in MN, not in MA." }],
  };
  const stored = { status: 422, contentType: "application/problem+json", body: JSON.stringify(refusal), headers: { "Access-Control-Allow-Origin": "*" } };
  await guest.route("**/invitations/accept", (route) => route.fulfill(stored), { times: 1 });
  await guest.goto(link);
  await guest.getByLabel("Zip code").fill("55401");
  await guest.getByRole("button", { name: "Sign in and accept" }).click();
  await signInAtIssuer(guest, email);
  await expect(guest.getByText("one of them is from when you joined before")).toBeVisible();
  await expect(guest.getByLabel("State")).toBeFocused();
  await expectAccessible(guest);
  await guest.getByLabel("State").selectOption("Minnesota");
  const accepting = guest.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/invitations/accept"));
  await guest.getByRole("button", { name: "Accept the invitation" }).click();
  expect(await (await accepting).json()).toMatchObject({ state: "MN", zip: "55401" });
  await expect(guest.getByRole("heading", { level: 1, name: `You've joined Harbor ${now}` })).toBeVisible();
  await context.close();
});
