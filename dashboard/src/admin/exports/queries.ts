import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import { campaignKey } from "../data/campaigns";
import { exportsKey } from "../data/exports";

export { createDownloadLink, createExport, exportsKey, isRunning, pollInterval, type Export, type ExportRequest } from "../data/exports";
export type Schedule = Schemas["ExportSchedule"];
export type ServiceToken = Schemas["ServiceToken"];

const header = (key: string) => ({ "Idempotency-Key": key });

export const listExports = (campaign: string, page?: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/exports", { params: { path: { campaign }, query: { page } } }));

const path = (campaign: string, id: string) => ({ campaign, export: id });

export const cancelExport = (campaign: string, id: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/exports/{export}/cancel", { params: { path: path(campaign, id), header: header(key) } }));

export const retryExport = (campaign: string, id: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/exports/{export}/retry", { params: { path: path(campaign, id), header: header(key) } }));

export const getManifest = (campaign: string, id: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/exports/{export}/manifest", { params: { path: path(campaign, id) } }));

export const schedulesQuery = (campaign: string) => queryOptions({
  queryKey: [...exportsKey(campaign), "schedules"],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/export-schedules", { params: { path: { campaign } } })),
});

export const createSchedule = (campaign: string, body: Schemas["ExportScheduleRequest"], key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/export-schedules", { params: { path: { campaign }, header: header(key) }, body }));

export const updateSchedule = (campaign: string, schedule: string, body: Schemas["ExportScheduleUpdate"]) =>
  send(() => api.PATCH("/v1/admin/campaigns/{campaign}/export-schedules/{schedule}", { params: { path: { campaign, schedule } }, body }));

export const deleteSchedule = (campaign: string, schedule: string) =>
  send(() => api.DELETE("/v1/admin/campaigns/{campaign}/export-schedules/{schedule}", { params: { path: { campaign, schedule } } }));

export const getLatestFile = (campaign: string, schedule: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/export-schedules/{schedule}/latest", { params: { path: { campaign, schedule } } }));

export const tokensQuery = (campaign: string) => queryOptions({
  queryKey: [...campaignKey(campaign), "service-tokens"],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/service-tokens", { params: { path: { campaign } } })),
});

export const createToken = (campaign: string, name: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/service-tokens", { params: { path: { campaign } }, body: { name } }));

export const revokeToken = (campaign: string, service_token: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/service-tokens/{service_token}/revoke", { params: { path: { campaign, service_token }, header: header(key) } }));
