import { addOneByOne, expectAccessibleInBoth, expectPeople, goToPage, joinOnPhone, waitForWorker } from "./joined";
import { expect, signInOnPhone, test } from "./phone";

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
  await expectAccessibleInBoth(page);
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

  // A request that the connection breaks off has no response, and is sent again with its key.
  const keys: string[] = [];
  context.on("response", (response) => {
    const request = response.request();
    if (request.method() === "POST" && request.url().endsWith("/contacts/bulk")) keys.push(request.headers()["idempotency-key"]!);
  });
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
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(2);
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
  await expectAccessibleInBoth(page);
  await page.unrouteAll();
  await dialog.getByRole("button", { name: /Sign in/ }).click();
  await expect(page.getByRole("heading", { name: "Odessa Müller" })).toBeVisible();
  await expectPeople(page, "Odessa Müller");
});

test("a request whose token has expired is made again with a new one, unnoticed", async ({ page }) => {
  await joinOnPhone(page);
  await addOneByOne(page, ["Odessa", "Müller"]);
  const expired = { status: 401, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", title: "Unauthorized", status: 401, code: "unauthenticated", detail: "Sign in." }) };
  await page.route("**/contacts/bulk", (route) => route.fulfill({ ...expired, headers: { "Access-Control-Allow-Origin": "*" } }), { times: 1 });
  await page.getByRole("button", { name: "Add 1 person" }).click();
  await expect(page.getByRole("heading", { name: "Odessa Müller" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a refused write is named in the header, which leads to it, and is sent again", async ({ page }) => {
  await signInOnPhone(page);
  const refusal = { status: 422, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", title: "Invalid", status: 422, code: "invalid", detail: "The note can't be stored.", errors: [] }) };
  await page.route("**/notes", (route) => route.fulfill({ ...refusal, headers: { "Access-Control-Allow-Origin": "*" } }), { times: 1 });
  await page.getByRole("button", { name: "+ Note" }).click();
  await page.getByLabel("Note").fill("Votes after lunch");
  await page.getByRole("button", { name: "Save the note" }).click();
  const link = page.getByRole("banner").getByRole("link", { name: "1 needs you" });
  await link.click();
  await expect(page.getByLabel("Your text")).toHaveValue("Votes after lunch");
  await expect(page.getByText("The note can't be stored.")).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(link).toBeHidden();
});

test("two phones of one person lose and double nothing", async ({ page, context, browser }) => {
  const person = await joinOnPhone(page);
  await addOneByOne(page, ["Cyrus", "Easterbrook"]);
  await page.getByRole("button", { name: "Add 1 person" }).click();
  await expect(page.getByRole("heading", { name: "Cyrus Easterbrook" })).toBeVisible();

  const otherContext = await browser.newContext({ baseURL: process.env.KITH_SITE, viewport: page.viewportSize(), hasTouch: true, isMobile: true });
  const other = await otherContext.newPage();
  await signInOnPhone(other, person);
  await expect(other.getByRole("heading", { name: "Cyrus Easterbrook" })).toBeVisible();
  await Promise.all([waitForWorker(page), waitForWorker(other)]);

  await Promise.all([context.setOffline(true), otherContext.setOffline(true)]);
  for (const [phone, name] of [[page, "Grace"], [other, "Hank"]] as const) {
    await goToPage(phone, "Next");
    await phone.getByRole("button", { name: "+ Note" }).click();
    await phone.getByLabel("Note").fill(`${name} is a friend`);
    await phone.getByRole("button", { name: "Save the note" }).click();
    await phone.getByRole("navigation", { name: "Pages" }).getByRole("link").last().click();
    await addOneByOne(phone, [name, "Abernathy"]);
    await phone.getByRole("button", { name: "Add 1 person" }).click();
    await expect(phone.getByText("Waiting to be sent (2)")).toBeVisible();
  }
  await Promise.all([context.setOffline(false), otherContext.setOffline(false)]);
  for (const phone of [page, other]) await expect(phone.getByText(/Waiting to be sent \(/)).toBeHidden();
  for (const phone of [page, other]) {
    await phone.reload();
    await expectPeople(phone, "Cyrus Easterbrook", "Grace Abernathy", "Hank Abernathy");
    await phone.getByRole("main").getByRole("link", { name: "Cyrus Easterbrook" }).click();
    for (const name of ["Grace", "Hank"]) await expect(phone.getByText(`${name} is a friend`)).toHaveCount(1);
  }
  await otherContext.close();
});
