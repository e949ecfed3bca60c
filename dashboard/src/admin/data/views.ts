import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import { campaignKey } from "./campaigns";

export type View = Schemas["View"];

/** viewsQuery reads the shared views of the campaign and those of the signed-in person. */
export const viewsQuery = (campaign: string) => queryOptions({
  queryKey: [...campaignKey(campaign), "people", "views"],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/views", { params: { path: { campaign } } })),
});
