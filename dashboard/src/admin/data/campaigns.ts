import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";

export type Campaign = Schemas["Campaign"];
export type ActionItem = Schemas["ActionItem"];
export type Analytics = Schemas["Analytics"];

export const campaignKey = (campaign: string) => ["campaigns", campaign] as const;

export const campaignQuery = (campaign: string) => queryOptions({
  queryKey: campaignKey(campaign),
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}", { params: { path: { campaign } } })),
});

export const campaignListQuery = (organization: string) => queryOptions({
  queryKey: ["organizations", organization, "campaigns"],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}/campaigns", { params: { path: { organization } } })),
});

export const campaignTotalsQuery = (organization: string) => queryOptions({
  queryKey: ["organizations", organization, "campaigns", "totals"],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}/campaigns", { params: { path: { organization }, query: { totals: true } } })),
});

export const actionItemsQuery = (campaign: string) => queryOptions({
  queryKey: [...campaignKey(campaign), "action-items"],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/action-items", { params: { path: { campaign } } })),
  select: (list) => list.items,
});

export const analyticsQuery = (campaign: string) => queryOptions({
  queryKey: [...campaignKey(campaign), "analytics"],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/analytics", { params: { path: { campaign } } })),
});

/** uniqueVotersQuery counts the different voters to whom contacts are matched. It reads the whole list of contacts, so it is read rarely. */
export const uniqueVotersQuery = (campaign: string) => queryOptions({
  queryKey: [...campaignKey(campaign), "unique-voters"],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/analytics", { params: { path: { campaign }, query: { unique_voters: true } } })),
  select: (analytics) => analytics.totals.unique_matched_voters,
  staleTime: 60_000,
});

/**
 * latestActivityQuery reads the ten contacts with the latest activity. The API reads the whole list of contacts for it, so it is read
 * again after 20 seconds if the numbers have changed since, and otherwise after a minute: a new vote plan changes no number.
 */
export const latestActivityQuery = (campaign: string, asOf?: string) => queryOptions({
  queryKey: [...campaignKey(campaign), "latest-activity"],
  queryFn: async () => {
    const page = await send(() => api.GET("/v1/admin/campaigns/{campaign}/contacts", { params: { path: { campaign }, query: { sort: "last_activity", order: "desc", limit: 10 } } }));
    return { contacts: page.items, asOf };
  },
  refetchInterval: ({ state }) => (state.data?.asOf === asOf ? 60_000 : 20_000),
});
