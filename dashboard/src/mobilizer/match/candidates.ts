import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";

export type Candidates = Schemas["Candidates"];
export type Candidate = Schemas["VoterCandidate"];

/** self stands for the mobilizer in place of a contact's id. */
export const self = "self";

/** Detail is what a mobilizer may know besides. It is used for one search and not stored. */
export interface Detail {
  birth_year: number;
  street: string;
}

/** candidatesQuery finds the voters who may be each of up to 50 contacts, or the mobilizer. */
export const candidatesQuery = (campaign: string, contacts: string[]) => queryOptions({
  queryKey: ["candidates", campaign, contacts],
  staleTime: 10 * 60_000,
  queryFn: async (): Promise<ReadonlyMap<string, Candidates>> => {
    if (contacts[0] === self) {
      return new Map([[self, await send(() => api.GET("/v1/mobilizer/campaigns/{campaign}/match/candidates", { params: { path: { campaign } } }))]]);
    }
    const { items } = await send(() => api.POST("/v1/mobilizer/campaigns/{campaign}/candidates", { params: { path: { campaign } }, body: { contact_ids: contacts } }));
    return new Map((items ?? []).map(({ contact_id, ...candidates }) => [contact_id, candidates]));
  },
});

/** searchAgain finds the voters who may be a contact of about this age or in this street. */
export const searchAgain = (campaign: string, contact: string, { birth_year, street }: Detail): Promise<Candidates> =>
  send(() => api.GET("/v1/mobilizer/campaigns/{campaign}/contacts/{contact}/candidates", { params: { path: { campaign, contact }, query: { birth_year, street } } }));
