import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import { campaignKey } from "./campaigns";

export type Export = Schemas["Export"];
export type ExportRequest = Schemas["ExportRequest"];

export const exportsKey = (campaign: string) => [...campaignKey(campaign), "exports"] as const;

export const isRunning = ({ status }: Export) => status === "queued" || status === "running";

/** pollInterval is the time until the next look at an export that runs: short at first, since most exports take seconds. */
export const pollInterval = (since: number) => (Date.now() - since < 30_000 ? 1_000 : 5_000);

export const createExport = (campaign: string, body: ExportRequest, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/exports", { params: { path: { campaign }, header: { "Idempotency-Key": key } }, body }));

/** exportQuery reads one export again until it has finished. */
export const exportQuery = (campaign: string, id: string) => queryOptions({
  queryKey: [...exportsKey(campaign), id],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/exports/{export}", { params: { path: { campaign, export: id } } })),
  refetchInterval: ({ state: { data } }) => data !== undefined && isRunning(data) && pollInterval(Date.parse(data.requested_at)),
});

export const createDownloadLink = (campaign: string, id: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/exports/{export}/download-link", { params: { path: { campaign, export: id } } }));
