import { expect, expectAccessible, signIn, test } from "./kith";

test.use({ locale: "es-MX" });

test("messages of the API at fields and the reason of a failed voter file are Spanish", async ({ page }) => {
  await signIn(page);
  const organization = new URL(page.url()).pathname.replace(/\/$/, "");
  await page.getByRole("link", { name: "Fall Turnout", exact: true }).click();
  await page.getByRole("navigation", { name: "Páginas" }).getByRole("link", { name: "Invitaciones" }).click();
  await page.getByRole("button", { name: "Invitar a movilizar" }).click();
  const invite = page.getByRole("dialog", { name: "Invitar a movilizar" });
  await invite.getByRole("textbox", { name: "Correo" }).fill("nadie");
  await invite.getByRole("textbox", { name: "Nombre", exact: true }).fill("www.example.org");
  await invite.getByRole("button", { name: "Guardar e invitar" }).click();
  await expect(invite.locator("#invite-email-error")).toHaveText("Usa una dirección de correo como nombre@example.org.");
  await expect(invite.locator("#invite-first_name-error")).toHaveText("Omite la dirección web: los nombres forman parte de los correos, donde se convertiría en un enlace.");
  await expectAccessible(page);

  await page.goto(`${organization}/voter-files`);
  await page.getByRole("combobox", { name: "Estado" }).selectOption("AK");
  await page.locator("input[type=file]").setInputFiles({ name: "votantes.csv", mimeType: "text/csv", buffer: Buffer.from("\n\n") });
  await page.getByRole("button", { name: "Subir", exact: true }).click();
  await expect(page.getByRole("row", { name: /^AK.*votantes\.csv.*Falló/ }).getByText("El archivo está vacío.")).toBeVisible({ timeout: 30_000 });
});
