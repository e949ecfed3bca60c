import { newCampaign } from "./campaign";
import { expect, expectAccessible, invitationLink, test } from "./kith";

const words = {
  "en-US": {
    first: "First name", last: "Last name", join: "Sign in and join", accept: "Sign in and accept", joined: "You've joined Harbor", goOn: "Sign in to continue",
    since: /^You joined with this invitation, and an administrator has removed you since\./, another: "Request a new invitation", requested: "If this link belongs to an invitation",
    landing: /^An administrator removed you from this campaign\. To join again, you need an invitation/,
  },
  "es-MX": {
    first: "Nombre", last: "Apellido", join: "Iniciar sesión y participar", accept: "Iniciar sesión y aceptar", joined: "Ya participas en Harbor", goOn: "Iniciar sesión para continuar",
    since: /^Participaste con esta invitación y después la administración te quitó/, another: "Solicitar una invitación nueva", requested: "Si este enlace es de una invitación",
    landing: /^La administración te quitó de esta campaña\. Para volver a participar necesitas una invitación/,
  },
};

for (const [locale, say] of Object.entries(words)) {
  test(`somebody whom an administrator removed requests a new invitation, in ${locale}`, async ({ page, browser }) => {
    const slug = `removed-${Date.now().toString(36)}`;
    const { path, send } = await newCampaign(page, slug);
    const email = `ines.${slug}@example.org`;
    await send("POST", `${path}/invitations`, { email, first_name: "Ines", last_name: "Cole", language: locale.slice(0, 2) });
    const link = await invitationLink(email);
    const context = await browser.newContext({ baseURL: process.env.KITH_SITE, locale });
    const guest = await context.newPage();
    const press = (name: string) => guest.getByRole("button", { name, exact: true }).click();
    const signInAtIssuer = async () => {
      await guest.getByRole("textbox", { name: "Email" }).fill(email);
      await guest.getByLabel("Name", { exact: true }).fill("Ines Cole");
      await press("Sign in");
    };
    await guest.goto(link);
    await press(say.accept);
    await signInAtIssuer();
    await expect(guest.getByRole("heading", { level: 1, name: say.joined })).toBeVisible();
    const { items } = await send("GET", `${path}/mobilizers`);
    await send("DELETE", `${path}/mobilizers/${items[0]!.id}?contacts=keep`);
    await guest.evaluate(() => sessionStorage.clear()); // as in another tab
    await guest.goto(link);
    await press(say.goOn);
    await signInAtIssuer();
    await expect(guest.locator("#text")).toHaveText(say.since);
    await expectAccessible(guest);
    await press(say.another);
    await expect(guest.getByText(say.requested)).toBeVisible();

    await guest.evaluate(() => sessionStorage.clear());
    await guest.goto(`/j/${slug}`);
    await guest.getByLabel(say.first, { exact: true }).fill("Ines");
    await guest.getByLabel(say.last).fill("Cole");
    await press(say.join);
    await expect(guest.getByRole("alert")).toHaveText(say.landing);
    await expectAccessible(guest);
    await context.close();
  });
}
