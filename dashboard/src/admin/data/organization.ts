import { queryOptions } from "@tanstack/react-query";
import { api, send } from "../../api/client";

export const organizationKey = (organization: string) => ["organizations", organization] as const;

export const administratorsQuery = (organization: string) => queryOptions({
  queryKey: [...organizationKey(organization), "administrators"],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}/administrators", { params: { path: { organization } } })),
});

export const voterFilesQuery = (organization: string) => queryOptions({
  queryKey: [...organizationKey(organization), "voter-files"],
  queryFn: () => send(() => api.GET("/v1/admin/organizations/{organization}/voter-files", { params: { path: { organization } } })),
});
