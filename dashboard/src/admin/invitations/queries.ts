import { api, send, type Schemas } from "../../api/client";
import type { paths } from "../../api/generated";
import { campaignKey } from "../data/campaigns";

export type Invitation = Schemas["Invitation"];
export type InvitationsPage = Schemas["InvitationsPage"];
export type InvitationQuery = NonNullable<paths["/v1/admin/campaigns/{campaign}/invitations"]["get"]["parameters"]["query"]>;
export type Preview = Schemas["InvitationListPreview"];
export type Report = Schemas["InvitationListReport"];

export const invitationsKey = (campaign: string) => [...campaignKey(campaign), "invitations"] as const;

const withKey = (key: string) => ({ "Idempotency-Key": key });

export const listInvitations = (campaign: string, query: InvitationQuery) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/invitations", { params: { path: { campaign }, query } }));

export const createInvitation = (campaign: string, body: Schemas["InvitationRequest"], key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations", { params: { path: { campaign }, header: withKey(key) }, body }));

export const resendInvitation = (campaign: string, invitation: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/{invitation}/resend", { params: { path: { campaign, invitation }, header: withKey(key) } }));

export const revokeInvitation = (campaign: string, invitation: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/{invitation}/revoke", { params: { path: { campaign, invitation }, header: withKey(key) } }));

export const deleteInvitation = (campaign: string, invitation: string) =>
  send(() => api.DELETE("/v1/admin/campaigns/{campaign}/invitations/{invitation}", { params: { path: { campaign, invitation } } }));

/** decideAccessRequest decides about an access request, unless somebody else has decided otherwise since it was read. */
export const decideAccessRequest = (campaign: string, invitation: string, { id: access_request, status: seen }: Schemas["AccessRequest"], decision: "approve" | "decline", key: string) => {
  const params = { path: { campaign, invitation, access_request }, query: { seen }, header: withKey(key) };
  return decision === "approve"
    ? send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/{invitation}/access-requests/{access_request}/approve", { params }))
    : send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/{invitation}/access-requests/{access_request}/decline", { params }));
};

const csv = { headers: { "Content-Type": "text/csv" }, bodySerializer: (body: string) => body };

export type ListColumns = Omit<NonNullable<paths["/v1/admin/campaigns/{campaign}/invitations/preview"]["post"]["parameters"]["query"]>, "rejects">;

/** ListFile is a CSV of people, with the headings of those of its columns that the API does not recognize. */
export interface ListFile {
  name: string;
  text: string;
  /** doubtful is a line of the text whose letters may be wrong. */
  doubtful?: string;
  columns: ListColumns;
}

export const previewList = (campaign: string, { text: body, columns: query }: ListFile) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/preview", { params: { path: { campaign }, query }, body, ...csv })) as Promise<Preview>;

/** rejectedRows returns the rows that can't be invited, with their reasons, as a CSV that a spreadsheet opens safely. */
export const rejectedRows = (campaign: string, { text: body, columns }: ListFile) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/preview", { params: { path: { campaign }, query: { ...columns, rejects: "csv" } }, body, parseAs: "text", ...csv })) as Promise<string>;

/** importList invites the next part of a list. Repeat it with the same key until nothing remains. */
export const importList = (campaign: string, { text: body, columns: query }: ListFile, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/import", { params: { path: { campaign }, query, header: withKey(key) }, body, ...csv })) as Promise<Report>;
