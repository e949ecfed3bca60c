import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import type { paths } from "../../api/generated";
import { organizationKey } from "../data/organization";

export { administratorsQuery, organizationKey, voterFilesQuery } from "../data/organization";

export type Administrator = Schemas["Administrator"];
export type Role = Administrator["role"];
export type Invitation = Schemas["Invitation"];
export type VoterFile = Schemas["VoterFile"];
export type Suppression = Schemas["Suppression"];
export type SuppressionsPage = Schemas["ListSuppression"];
export type SuppressionQuery = NonNullable<paths["/v1/admin/organizations/{organization}/suppressions"]["get"]["parameters"]["query"]>;

const header = (key: string) => ({ "Idempotency-Key": key });

export const updateOrganization = (organization: string, body: Schemas["UpdateOrganizationRequest"]) =>
  send(() => api.PATCH("/v1/admin/organizations/{organization}", { params: { path: { organization } }, body }));

export const administratorTokensQuery = (organization: string, user: string) => queryOptions({
  queryKey: [...organizationKey(organization), "administrators", user, "service-tokens"],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}/administrators/{user}/service-tokens", { params: { path: { organization, user } } })),
});

export const updateAdministrator = (organization: string, user: string, role: Role, service_tokens: "keep" | "revoke") =>
  send(() => api.PATCH("/v1/admin/organizations/{organization}/administrators/{user}", { params: { path: { organization, user } }, body: { role, service_tokens } }));

export const deleteAdministrator = (organization: string, user: string, service_tokens: "keep" | "revoke") =>
  send(() => api.DELETE("/v1/admin/organizations/{organization}/administrators/{user}", { params: { path: { organization, user }, query: { service_tokens } } }));

export const administratorInvitationsQuery = (organization: string) => queryOptions({
  queryKey: [...organizationKey(organization), "invitations"],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}/invitations", { params: { path: { organization }, query: { limit: 100 } } })),
});

export const inviteAdministrator = (organization: string, body: Schemas["AdministratorInvitationCreateBody"], key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/invitations", { params: { path: { organization }, header: header(key) }, body }));

export const resendAdministratorInvitation = (organization: string, invitation: string, key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/invitations/{invitation}/resend", { params: { path: { organization, invitation }, header: header(key) } }));

export const revokeAdministratorInvitation = (organization: string, invitation: string, key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/invitations/{invitation}/revoke", { params: { path: { organization, invitation }, header: header(key) } }));

export const deleteAdministratorInvitation = (organization: string, invitation: string) =>
  send(() => api.DELETE("/v1/admin/organizations/{organization}/invitations/{invitation}", { params: { path: { organization, invitation } } }));

export const administratorRequestsQuery = (organization: string, invitation: string) => queryOptions({
  queryKey: [...organizationKey(organization), "invitations", invitation, "access-requests"],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}/invitations/{invitation}/access-requests", { params: { path: { organization, invitation } } })),
});

/** decideAdministratorRequest decides about an access request, unless somebody else has decided otherwise since it was read. */
export const decideAdministratorRequest = (organization: string, invitation: string, { id: access_request, status: seen }: Schemas["AccessRequest"], decision: "approve" | "decline", key: string) => {
  const params = { path: { organization, invitation, access_request }, query: { seen }, header: header(key) };
  return decision === "approve"
    ? send(() => api.POST("/v1/admin/organizations/{organization}/invitations/{invitation}/access-requests/{access_request}/approve", { params }))
    : send(() => api.POST("/v1/admin/organizations/{organization}/invitations/{invitation}/access-requests/{access_request}/decline", { params }));
};

export const createVoterFile = (organization: string, body: Schemas["CreateVoterFileRequest"], key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/voter-files", { params: { path: { organization }, header: header(key) }, body }));

export const createRejectsLink = (organization: string, voter_file: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/voter-files/{voter_file}/rejects-link", { params: { path: { organization, voter_file } } }));

export const suppressionsKey = (organization: string) => [...organizationKey(organization), "suppressions"] as const;

export const listSuppressions = (organization: string, query: SuppressionQuery) =>
  send(() => api.GET("/v1/admin/organizations/{organization}/suppressions", { params: { path: { organization }, query } })) as Promise<SuppressionsPage>;

/** suppressionsCsv returns the whole suppression list as a CSV that a spreadsheet opens safely. */
export const suppressionsCsv = (organization: string) =>
  send(() => api.GET("/v1/admin/organizations/{organization}/suppressions", { params: { path: { organization }, query: { format: "csv" } }, parseAs: "text" })) as Promise<string>;

export const liftSuppression = (organization: string, suppression: string, reason: string, key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/suppressions/{suppression}/lift", { params: { path: { organization, suppression }, header: header(key) }, body: { reason } }));
