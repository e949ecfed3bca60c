import { queryOptions } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";

export type Session = Schemas["Session"];

/** sessionQuery reads the signed-in person and their campaigns. */
export const sessionQuery = queryOptions({ queryKey: ["session"], queryFn: () => send(() => api.GET("/v1/session")), staleTime: 60_000 });
