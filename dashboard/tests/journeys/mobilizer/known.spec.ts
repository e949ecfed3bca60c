import type { Page } from "@playwright/test";
import { signIn } from "../kith";
import { newEmail } from "./flows";
import { expectAccessibleInBoth, expectPeople, outlastDoubleTap } from "./joined";
import { expect, test } from "./phone";

interface Request {
  method?: string;
  path: string;
  body?: object;
}

/** request makes a request to the API as the person who is signed in in this tab. */
const request = <T>(page: Page, { method = "POST", path, body }: Request) => page.evaluate(async ([method, path, body]) => {
  const { api } = (await (await fetch("/config.json")).json()) as { api: string };
  const user = Object.entries(sessionStorage).find(([key]) => key.startsWith("oidc.user"))!;
  const { access_token: token } = JSON.parse(user[1] as string) as { access_token: string };
  const answer = await fetch(api + path, { method, headers: { Authorization: "Bearer " + token, "Content-Type": "application/json" }, body });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}, [method, path, body && JSON.stringify(body)] as const);

test("people of an earlier campaign are added to the next one of the same organization", async ({ page }) => {
  const slug = `known-${Date.now().toString(36)}`;
  await signIn(page, { email: newEmail("noa"), name: "Noa Sol" });
  const { id: organization } = await request<{ id: string }>(page, { path: "/v1/admin/organizations", body: { name: slug } });
  const campaigns: string[] = [];
  for (const name of ["spring", "fall"]) {
    const { id } = await request<{ id: string }>(page, {
      path: `/v1/admin/organizations/${organization}/campaigns`,
      body: { name, slug: `${slug}-${name}`, key_question: { text: "How likely are they to vote?", responses: [{ text: "Likely", value: 1 }, { text: "Unlikely", value: 2 }] } },
    });
    await request(page, { path: `/v1/admin/campaigns/${id}/publish` });
    await request(page, { path: "/v1/mobilizer/join", body: { slug: `${slug}-${name}`, first_name: "Noa", last_name: "Sol", state: "MA" } });
    campaigns.push(id);
  }
  for (const first_name of ["Ingrid", "Opal"]) {
    await request(page, { path: `/v1/mobilizer/campaigns/${campaigns[0]}/contacts`, body: { first_name, last_name: "Cole", city: "Boston", state: "MA" } });
  }

  await page.goto(`/m/${campaigns[1]}/add`);
  await page.getByRole("link", { name: "From earlier campaigns" }).click();
  await expect(page.getByRole("button", { name: "Tick somebody to add" })).toBeDisabled();
  await page.getByRole("checkbox", { name: "Opal Cole Boston MA" }).check();
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Look over 1 person" }).click();
  await outlastDoubleTap(page);
  await page.getByRole("button", { name: "Add 1 person" }).click();
  await expect(page.getByRole("heading", { name: "Opal Cole" })).toBeVisible();
  await expectPeople(page, "Opal Cole");
  await expect(page.getByRole("main").getByRole("link", { name: "Ingrid Cole" })).toHaveCount(0);
});
