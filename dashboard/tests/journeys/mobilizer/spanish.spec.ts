import { expectAccessible } from "../kith";
import { newEmail } from "./flows";
import { outlastDoubleTap } from "./joined";
import { expect, test } from "./phone";

test.use({ locale: "es-MX" });

test("somebody joins, adds two people, finds them and answers for one, in Spanish", async ({ page }) => {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await page.goto("/j/fall-turnout");
  await page.getByLabel("Nombre", { exact: true }).fill("Noa");
  await page.getByLabel("Apellido").fill("Sol");
  await page.getByLabel("Estado").selectOption("Massachusetts");
  await page.getByLabel("Código de acceso").fill(process.env.KITH_PASSCODE!);
  await press("Iniciar sesión y participar");
  await page.getByRole("textbox", { name: "Email" }).fill(newEmail("noa.es"));
  await page.getByLabel("Name", { exact: true }).fill("Noa Sol");
  await press("Sign in");
  await press("Añade tus primeros contactos");

  await expect(page.getByRole("heading", { level: 1, name: "Añadir personas" })).toBeFocused();
  await page.getByRole("link", { name: "Pegar lista" }).click();
  await page.getByLabel("Una persona por línea").fill("Ingrid Pemberton\nFrost, Naomi, tel. (617) 253-0123");
  await press("Revisar 2 personas");
  await expectAccessible(page);
  await press("Añadir 2 personas");
  for (const name of ["¿Es Ingrid?", "¿Es Naomi?"]) {
    await expect(page.getByRole("heading", { name })).toBeVisible();
    await page.getByRole("radio").first().check();
    await press("Sí");
    await outlastDoubleTap(page);
  }
  await press("No lo sé");
  await expect(page.getByText("2 de tus personas están en el registro electoral.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "¿A quién ahora?" }).click();
  await page.getByRole("radio").first().click();
  await expect(page.getByText("Guardado")).toBeVisible();
  await expectAccessible(page);
});
