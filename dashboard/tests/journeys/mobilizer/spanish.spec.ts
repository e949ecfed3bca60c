import type { Page } from "@playwright/test";
import { expectAccessible } from "../kith";
import { newEmail } from "./flows";
import { outlastDoubleTap } from "./joined";
import { expect, test } from "./phone";

test.use({ locale: "es-MX" });

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** joinInSpanish joins the demo's campaign as somebody new and opens the page that adds people. */
async function joinInSpanish(page: Page) {
  await page.goto("/j/fall-turnout");
  await page.getByLabel("Nombre", { exact: true }).fill("Noa");
  await page.getByLabel("Apellido").fill("Sol");
  await page.getByLabel("Estado").selectOption("Massachusetts");
  await page.getByLabel("Código de acceso").fill(process.env.KITH_PASSCODE!);
  await press(page, "Iniciar sesión y participar");
  await page.getByRole("textbox", { name: "Email" }).fill(newEmail("noa.es"));
  await page.getByLabel("Name", { exact: true }).fill("Noa Sol");
  await press(page, "Sign in");
  await press(page, "Añade tus primeros contactos");
  await expect(page.getByRole("heading", { level: 1, name: "Añadir personas" })).toBeFocused();
}

test("somebody joins, adds two people, finds them and answers for one, in Spanish", async ({ page }) => {
  await joinInSpanish(page);
  await page.getByRole("link", { name: "Pegar lista" }).click();
  await page.getByLabel("Una persona por línea").fill("Ingrid Pemberton\nFrost, Naomi, tel. (617) 253-0123");
  await press(page, "Revisar 2 personas");
  await expectAccessible(page);
  await press(page, "Añadir 2 personas");
  for (const name of ["¿Es Ingrid?", "¿Es Naomi?"]) {
    await expect(page.getByRole("heading", { name })).toBeVisible();
    await page.getByRole("radio").first().check();
    await press(page, "Sí");
    await outlastDoubleTap(page);
  }
  await press(page, "No lo sé");
  await expect(page.getByText("2 de tus personas están en el registro electoral.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "¿A quién ahora?" }).click();
  await page.getByRole("radio").first().click();
  await expect(page.getByText("Guardado")).toBeVisible();
  await expectAccessible(page);
});

test("the reason why a person was not added is Spanish", async ({ page }) => {
  await joinInSpanish(page);
  await page.getByRole("link", { name: "Pegar lista" }).click();
  await page.getByLabel("Una persona por línea").fill(`Zoë ${"o".repeat(400)}`);
  await page.getByRole("button", { name: "Revisar 1 persona" }).click();
  await page.getByRole("button", { name: "Añadir 1 persona" }).click();
  await page.getByRole("banner").getByRole("link", { name: /^1 / }).click();
  const refused = page.getByRole("region", { name: "Sin añadir todavía" });
  await expect(refused.getByText("Usa como máximo 100 caracteres; este texto tiene 400.")).toBeVisible();
  await expectAccessible(page);
});
