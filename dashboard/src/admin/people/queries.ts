import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import type { paths } from "../../api/generated";
import { campaignKey } from "../data/campaigns";

export type Mobilizer = Schemas["Mobilizer"];
export type Contact = Schemas["Contact"];
export type ContactPage = Schemas["ContactPage"];
export type ManagementNote = Schemas["ManagementNote"];

export type MobilizerQuery = NonNullable<paths["/v1/admin/campaigns/{campaign}/mobilizers"]["get"]["parameters"]["query"]>;
export type ContactQuery = NonNullable<paths["/v1/admin/campaigns/{campaign}/contacts"]["get"]["parameters"]["query"]>;

export const peopleKey = (campaign: string) => [...campaignKey(campaign), "people"] as const;

export const listMobilizers = (campaign: string, query: MobilizerQuery) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/mobilizers", { params: { path: { campaign }, query } }));

export const listContacts = (campaign: string, query: ContactQuery) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/contacts", { params: { path: { campaign }, query } }));

export const listContactNotes = (campaign: string, contact: string, page?: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/contacts/{contact}/notes", { params: { path: { campaign, contact }, query: { page } } }));

export const listContactAnswers = (campaign: string, contact: string, page?: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/contacts/{contact}/answers", { params: { path: { campaign, contact }, query: { page } } }));

const mobilizerPath = (campaign: string, mobilizer: string) => ({ campaign, mobilizer });

export const mobilizerKey = (campaign: string, mobilizer: string) => [...peopleKey(campaign), "mobilizer", mobilizer] as const;

export const mobilizerQuery = (campaign: string, mobilizer: string) => queryOptions({
  queryKey: mobilizerKey(campaign, mobilizer),
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}", { params: { path: mobilizerPath(campaign, mobilizer) } })),
});

export const contactQuery = (campaign: string, contact: string) => queryOptions({
  queryKey: [...peopleKey(campaign), "contact", contact],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/contacts/{contact}", { params: { path: { campaign, contact } } })),
});

export const listMobilizerContacts = (campaign: string, mobilizer: string, page?: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}/contacts", { params: { path: mobilizerPath(campaign, mobilizer), query: { page } } }));

export const listMobilizerActions = (campaign: string, mobilizer: string, page?: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}/actions", { params: { path: mobilizerPath(campaign, mobilizer), query: { page } } }));

export const listMobilizerNotes = (campaign: string, mobilizer: string, page?: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}/notes", { params: { path: mobilizerPath(campaign, mobilizer), query: { page } } }));

export const managementNotesQuery = (campaign: string, mobilizer: string) => queryOptions({
  queryKey: [...mobilizerKey(campaign, mobilizer), "management-notes"],
  queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}/management-notes", { params: { path: mobilizerPath(campaign, mobilizer) } })),
});

export const createManagementNote = (campaign: string, mobilizer: string, content: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}/management-notes", { params: { path: mobilizerPath(campaign, mobilizer), header: { "Idempotency-Key": key } }, body: { content } }));

export const updateManagementNote = (campaign: string, mobilizer: string, note: string, content: string) =>
  send(() => api.PATCH("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}/management-notes/{note}", { params: { path: { ...mobilizerPath(campaign, mobilizer), note } }, body: { content } }));

export const deleteManagementNote = (campaign: string, mobilizer: string, note: string) =>
  send(() => api.DELETE("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}/management-notes/{note}", { params: { path: { ...mobilizerPath(campaign, mobilizer), note } } }));

export const deleteMobilizer = (campaign: string, mobilizer: string, contacts: "keep" | "remove") =>
  send(() => api.DELETE("/v1/admin/campaigns/{campaign}/mobilizers/{mobilizer}", { params: { path: mobilizerPath(campaign, mobilizer), query: { contacts } } }));
