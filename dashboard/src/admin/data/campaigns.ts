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
