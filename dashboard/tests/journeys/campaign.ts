import type { Page } from "@playwright/test";
import { expect, signIn } from "./kith";

/**
 * newCampaign creates an organization with a published campaign as its new owner, and returns the paths of the campaign in the
 * dashboard and in the API, with a function that makes requests as the owner.
 */
export async function newCampaign(page: Page, slug: string, question: object = { text: "Will they sign?" }) {
  const authorized = page.waitForRequest((request) => Boolean(request.headers().authorization));
  await signIn(page, { email: `lou.${slug}@example.org`, name: "Lou Owner" });
  const first = await authorized;
  const send = async <Body = { id: string; items: { id: string }[] }>(method: string, path: string, data?: object) => {
    const response = await page.request.fetch(new URL(path, first.url()).href, { method, data, headers: { authorization: first.headers().authorization! } });
    expect(response.ok(), `${method} ${path}: ${response.status()}`).toBe(true);
    return (response.status() === 204 ? {} : await response.json()) as Body;
  };
  const organization = await send("POST", "/v1/admin/organizations", { name: "Harbor Union" });
  const { id } = await send("POST", `/v1/admin/organizations/${organization.id}/campaigns`, { name: "Harbor", slug, key_question: question });
  const path = `/v1/admin/campaigns/${id}`;
  await send("POST", `${path}/publish`);
  return { id, path, send };
}
