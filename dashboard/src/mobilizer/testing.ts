import type { ActionItem, Campaign, Contact } from "./data/campaign";

/** newCampaign returns an active campaign with three responses and two tasks, for tests. */
export function newCampaign(more: Partial<Campaign> = {}): Campaign {
  const task = (id: string, target: Partial<ActionItem["target"]>): ActionItem =>
    ({ id, type: "TASK", title: id, links: [], options: [], archived: false, target: { everyone: false, response_ids: [], no_response: false, ...target } });
  return {
    id: "campaign", name: "Fall Turnout", status: "active", time_zone: "America/New_York", landing_page: "https://kith.example/j/fall",
    organization: { name: "Riverbend Neighbors" },
    key_question: { text: "Will they vote?", responses: [["yes", "Yes"], ["maybe", "Maybe"], ["no", "No"]].map(([id, text]) => ({ id: id!, text: text!, retired: false })) },
    action_items: [task("flyer", { everyone: true }), task("ride", { response_ids: ["yes"] })],
    membership: { id: "me", campaign_id: "campaign", email: "me@example.org", consent: false, match_status: "PENDING", joined_at: "2026-10-01T00:00:00Z" },
    ...more,
  };
}

/** newContact returns a contact without an answer, for tests. */
export function newContact(id: string, more: Partial<Contact> = {}): Contact {
  return {
    id, address_book_entry_id: id, first_name: id, match_status: "PENDING", relational_touchpoints: 0, action_item_ids: [], responded_action_item_ids: [],
    added_at: "2026-10-01T00:00:00Z", last_activity_at: "2026-10-01T00:00:00Z", ...more,
  };
}
