import { api, send, type Schemas } from "../../../api/client";
import { peopleKey } from "../queries";

export type Suggestion = Schemas["VoterSuggestion"];
export type SuggestedVoter = Schemas["SuggestedVoter"];
export type Suggestions = Schemas["VoterSuggestions"];
export type Run = Schemas["VoterSuggestionRun"];
export type Decision = "accept" | "decline";

export const suggestionsKey = (campaign: string) => [...peopleKey(campaign), "voter-suggestions"] as const;

export const listSuggestions = (campaign: string, page?: string) =>
  send(() => api.GET("/v1/admin/campaigns/{campaign}/voter-suggestions", { params: { path: { campaign }, query: { page } } }));

export const createSuggestions = (campaign: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/voter-suggestions", { params: { path: { campaign }, header: { "Idempotency-Key": key } } }));

export const decideSuggestion = (campaign: string, contact: string, voter: string, decision: Decision, key: string) => {
  const params = { path: { campaign, contact }, header: { "Idempotency-Key": key } };
  const body = { canonical_voter_id: voter };
  return decision === "accept"
    ? send(() => api.POST("/v1/admin/campaigns/{campaign}/voter-suggestions/{contact}/accept", { params, body }))
    : send(() => api.POST("/v1/admin/campaigns/{campaign}/voter-suggestions/{contact}/decline", { params, body }));
};
