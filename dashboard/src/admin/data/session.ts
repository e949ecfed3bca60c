import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";

export type Organization = Schemas["Organization"];

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => send(() => api.GET("/v1/session")),
  staleTime: 60_000,
});

export const organizationQuery = (organization: string) => queryOptions({
  queryKey: ["organizations", organization],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}", { params: { path: { organization } } })),
});
