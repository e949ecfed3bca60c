import { api, send, type Schemas } from "../../../api/client";

export { viewsQuery, type View } from "../../data/views";
export type ViewRequest = Schemas["ViewRequest"];
export type ViewUpdate = Schemas["ViewUpdate"];

export const createView = (campaign: string, body: ViewRequest, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/views", { params: { path: { campaign }, header: { "Idempotency-Key": key } }, body }));

export const updateView = (campaign: string, view: string, body: ViewUpdate) =>
  send(() => api.PATCH("/v1/admin/campaigns/{campaign}/views/{view}", { params: { path: { campaign, view } }, body }));

export const deleteView = (campaign: string, view: string) =>
  send(() => api.DELETE("/v1/admin/campaigns/{campaign}/views/{view}", { params: { path: { campaign, view } } }));
