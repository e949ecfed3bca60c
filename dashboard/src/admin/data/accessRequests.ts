import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import type { paths } from "../../api/generated";
import { campaignKey } from "./campaigns";

export type AccessRequest = Schemas["CampaignAccessRequest"];
export type AccessRequestsPage = Schemas["CampaignAccessRequests"];
export type AccessRequestQuery = NonNullable<paths["/v1/admin/campaigns/{campaign}/access-requests"]["get"]["parameters"]["query"]>;

export const accessRequestsKey = (campaign: string) => [...campaignKey(campaign), "access-requests"] as const;

export const listAccessRequests = (campaign: string, query: AccessRequestQuery) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/access-requests", { params: { path: { campaign }, query } }));

/** pendingRequestsQuery counts the access requests that wait for a decision. */
export const pendingRequestsQuery = (campaign: string) => queryOptions({
  queryKey: [...accessRequestsKey(campaign), "pending"],
  queryFn: () => listAccessRequests(campaign, { limit: 1 }),
  select: (page) => page.pending,
  refetchInterval: 60_000,
});
