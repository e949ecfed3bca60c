import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import { isApiError } from "../../api/problem";
import { readCopy, saveCopy } from "./copies";

export type Campaign = Schemas["MyCampaign"];
export type Contact = Schemas["MyContact"];
export type ActionItem = Schemas["MyActionItem"];
export type Membership = Schemas["Membership"];

/** CampaignCopy is a campaign with all of the caller's contacts, as they were at one time. */
export interface CampaignCopy {
  /** When it was read from the API. */
  asOf: string;
  campaign: Campaign;
  contacts: Contact[];
}

/** readAll reads every page of a list. */
export async function readAll<T>(read: (page: string | undefined) => Promise<{ items: T[]; next?: string }>): Promise<T[]> {
  const items: T[] = [];
  let page: string | undefined;
  do {
    const list = await read(page);
    items.push(...list.items);
    page = list.next;
  } while (page);
  return items;
}

/** noneAfterLeaving returns no contacts for a person who has left: the API shows them the campaign only. */
function noneAfterLeaving(error: unknown): Contact[] {
  if (isApiError(error, "left")) return [];
  throw error;
}

async function readCampaign(campaign: string): Promise<CampaignCopy> {
  const asOf = new Date().toISOString();
  const [about, contacts] = await Promise.all([
    send(() => api.GET("/v1/mobilizer/campaigns/{campaign}", { params: { path: { campaign } } })),
    readAll((page) => send(() => api.GET("/v1/mobilizer/campaigns/{campaign}/contacts", { params: { path: { campaign }, query: { limit: 100, page } } })))
      .catch(noneAfterLeaving),
  ]);
  const copy = { asOf, campaign: about, contacts };
  await saveCopy(copy);
  return copy;
}

const begun = new Map<string, Promise<CampaignCopy>>();

/** beginReading asks the API for a campaign before its page is built. The page's first reading takes this one's answer. */
export async function beginReading(campaign: string) {
  const reading = readCampaign(campaign);
  begun.set(campaign, reading);
  await reading.catch(() => undefined); // the page shows the error
}

/** forgetReading makes the page's first reading ask the API again. */
export const forgetReading = (campaign: string) => begun.delete(campaign);

function readOnce(campaign: string): Promise<CampaignCopy> {
  const reading = begun.get(campaign) ?? readCampaign(campaign);
  begun.delete(campaign);
  return reading;
}

export const campaignKey = (campaign: string) => ["campaign", campaign];

/** campaignQuery reads a campaign with all of the caller's contacts, and keeps a copy on the phone. */
export const campaignQuery = (campaign: string) => queryOptions({ queryKey: campaignKey(campaign), queryFn: () => readOnce(campaign), staleTime: 60_000 });

/** showCopy puts the copy on the phone into the cache, so that the app shows it at once and without a connection, and reads the campaign again. */
export async function showCopy(queries: QueryClient, campaign: string) {
  const copy = await readCopy(campaign);
  if (copy) queries.setQueryData(campaignKey(campaign), copy, { updatedAt: 1 });
}

/** updateCopy changes the campaign in the cache and its copy on the phone, such as after a write. */
export async function updateCopy(queries: QueryClient, campaign: string, change: (copy: CampaignCopy) => CampaignCopy) {
  const changed = queries.setQueryData<CampaignCopy>(campaignKey(campaign), (copy) => copy && change(copy), {
    updatedAt: queries.getQueryState(campaignKey(campaign))?.dataUpdatedAt,
  });
  if (changed) await saveCopy(changed);
}
