import type { Page } from "@playwright/test";
import { goToPage } from "./joined";
import { expect, signInOnPhone, test } from "./phone";

/** rowsOnPhone returns the number of rows in all databases of the page's origin. */
const rowsOnPhone = (page: Page) => page.evaluate(async () => {
  const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  });
  let rows = 0;
  for (const { name } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name!));
    for (const store of db.objectStoreNames) rows += await done(db.transaction(store).objectStore(store).count());
    db.close();
  }
  return rows;
});

/** userKeys returns the names of what the browser keeps about a signed-in user. */
const userKeys = (page: Page) => page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) => key.startsWith("oidc.user")));

test("signing out deletes everything that the app keeps on the phone", async ({ page }) => {
  await signInOnPhone(page);
  await expect.poll(() => rowsOnPhone(page)).toBeGreaterThan(0);
  await goToPage(page, "Me");
  await page.getByRole("switch", { name: "Stay signed in on this phone" }).check();
  await expect.poll(() => userKeys(page)).toHaveLength(1);
  const site = new URL(page.url()).origin;
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/m/"));
  if (new URL(page.url()).origin !== site) await page.goto(site);
  expect(await rowsOnPhone(page)).toBe(0);
  expect(await userKeys(page)).toEqual([]);
});
