import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";

export type MailStatus = Schemas["MailStatus"];

export const mailStatusQuery = (organization: string) => queryOptions({
  queryKey: ["organizations", organization, "mail"],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}/mail", { params: { path: { organization } } })),
  refetchInterval: 60_000,
});

export const resumeMail = (organization: string, key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/mail/resume", { params: { path: { organization }, header: { "Idempotency-Key": key } } }));
