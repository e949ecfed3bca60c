/** contactFilters are the API's parameters that filter contacts. */
export const contactFilters = [
  "match_status", "response_id", "action_response", "touchpoints_min", "touchpoints_max", "added_from", "added_to", "active_from", "active_to",
  "silent_days", "city", "zip", "has_vote_plan", "has_notes", "mobilizer_id",
] as const;

/** mobilizerFilters are the API's parameters that filter mobilizers. */
export const mobilizerFilters = [
  "match_status", "left", "has_contacts", "consent", "state", "joined_from", "joined_to", "active_from", "active_to", "silent_days",
] as const;

/** contactSorts are the API's orders of contacts. */
export const contactSorts = ["added", "name", "last_activity", "touchpoints"] as const;

/** mobilizerSorts are the API's orders of mobilizers. */
export const mobilizerSorts = ["added", "name", "last_activity", "total_contacts", "matched", "with_touchpoints", "with_key_question_response"] as const;
