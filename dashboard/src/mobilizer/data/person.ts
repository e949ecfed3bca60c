import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import { readAll } from "./campaign";
import { readDetails, saveDetails } from "./copies";

/** PersonDetails is what the list of contacts leaves out. */
export interface PersonDetails {
  responses: Schemas["ActionResponse"][];
  /** Newest first. */
  notes: Schemas["Note"][];
  /** Key Question answers, newest first. */
  answers: Schemas["KeyQuestionAnswer"][];
}

const route = "/v1/mobilizer/campaigns/{campaign}/contacts/{contact}";

async function fetchDetails(campaign: string, contact: string): Promise<PersonDetails> {
  const path = { campaign, contact };
  const [{ action_responses: responses }, notes, answers] = await Promise.all([
    send(() => api.GET(route, { params: { path } })),
    readAll((page) => send(() => api.GET(`${route}/notes`, { params: { path, query: { limit: 100, page } } }))),
    readAll((page) => send(() => api.GET(`${route}/answers`, { params: { path, query: { limit: 100, page } } }))),
  ]);
  return { responses, notes, answers };
}

/** readPerson reads a contact's details from the API, or from the phone if the API can't be reached. */
async function readPerson(campaign: string, contact: string): Promise<PersonDetails> {
  try {
    const details = await fetchDetails(campaign, contact);
    await saveDetails(campaign, contact, details);
    return details;
  } catch (error) {
    const kept = (error as Error).name === "NetworkError" && (await readDetails(campaign, contact));
    if (kept) return kept;
    throw error;
  }
}

export const personKey = (campaign: string, contact: string) => ["person", campaign, contact];

/** personQuery reads a contact's notes, action responses and Key Question answers. */
export const personQuery = (campaign: string, contact: string) => queryOptions({
  queryKey: personKey(campaign, contact), queryFn: () => readPerson(campaign, contact), staleTime: 30_000,
});
