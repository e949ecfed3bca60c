import { addOneByOne, expectPeople, goToPage, joinOnPhone, waitForWorker } from "./joined";
import { expect, test } from "./phone";

test("people who are added and answered for without a connection are sent once it is back", async ({ page, context }) => {
  await joinOnPhone(page);
  await addOneByOne(page, ["Cyrus", "Easterbrook"]);
  await page.getByRole("button", { name: "Add 1 person" }).click();
  await expect(page.getByRole("heading", { name: "Cyrus Easterbrook" })).toBeVisible();
  await goToPage(page, "Next");
  await expect(page.getByRole("heading", { name: "Cyrus Easterbrook" })).toBeVisible();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link").last().click();

  await waitForWorker(page);
  await context.setOffline(true);
  await addOneByOne(page, ["Grace", "Abernathy"], ["Hank", "Holt"]);
  await page.getByRole("button", { name: "Add 2 people" }).click();
  await expect(page.getByText("2 people wait to be sent.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Who next?" }).click();
  await page.getByRole("radio").first().click();
  await expect(page.getByText("Waiting to be sent (2)")).toBeVisible();

  const adding = page.waitForResponse((response) => response.url().endsWith("/contacts/bulk"));
  const answering = page.waitForResponse((response) => response.request().method() === "PUT" && response.url().endsWith("/answer"));
  await context.setOffline(false);
  expect(await (await adding).json()).toMatchObject({ added: 2, refused: 0 });
  expect((await answering).status()).toBe(200);
  await expect(page.getByText(/Waiting to be sent \(/)).toBeHidden();
  await expectPeople(page, "Cyrus Easterbrook", "Grace Abernathy", "Hank Holt");
});

test("two tabs send what waits once", async ({ page, context }) => {
  await joinOnPhone(page);
  const opening = context.waitForEvent("page");
  await page.evaluate(() => void window.open(location.href));
  const other = await opening;
  await expect(other.getByRole("heading", { level: 1, name: "Add people" })).toBeVisible();

  const keys: string[] = [];
  context.on("request", (request) => request.method() === "POST" && request.url().endsWith("/contacts/bulk") && keys.push(request.headers()["idempotency-key"]!));
  await Promise.all([waitForWorker(page), waitForWorker(other)]);
  await context.setOffline(true);
  await page.bringToFront();
  await addOneByOne(page, ["Grace", "Abernathy"]);
  await page.getByRole("button", { name: "Add 1 person" }).click();
  await other.bringToFront();
  await addOneByOne(other, ["Hank", "Holt"]);
  await other.getByRole("button", { name: "Add 1 person" }).click();
  await expect(other.getByText("Waiting to be sent (2)")).toBeVisible();
  await expect(page.getByText("Waiting to be sent (2)")).toBeVisible();

  await context.setOffline(false);
  for (const tab of [page, other]) await expect(tab.getByText(/Waiting to be sent \(/)).toBeHidden();
  expect(new Set(keys).size).toBe(keys.length);
  await other.reload();
  await expectPeople(other, "Grace Abernathy", "Hank Holt");
});

test("what is written when the sign-in has ended is sent after the next one", async ({ page }) => {
  await joinOnPhone(page);
  await addOneByOne(page, ["Odessa", "Müller"]);
  const expired = { status: 401, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", title: "Unauthorized", status: 401, code: "unauthenticated", detail: "Sign in." }) };
  await page.route("**/contacts/bulk", (route) => route.fulfill({ ...expired, headers: { "Access-Control-Allow-Origin": "*" } }));
  await page.route("**/token", (route) => route.abort());
  await page.getByRole("button", { name: "Add 1 person" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await page.unrouteAll();
  await dialog.getByRole("button", { name: /Sign in/ }).click();
  await expect(page.getByRole("heading", { name: "Odessa Müller" })).toBeVisible();
  await expectPeople(page, "Odessa Müller");
});
