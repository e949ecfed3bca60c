import type { ActionItem, Campaign, Contact } from "../data/campaign";

const day = 86_400_000;

/** Reason says why a contact is next. */
export type Reason = { kind: "ask" } | { kind: "item"; item: ActionItem } | { kind: "again"; since: string } | { kind: "match" };

export interface QueueEntry {
  contact: Contact;
  reason: Reason;
}

/** openItems returns the action items that a contact has not responded to, in the campaign's order. */
export const openItems = (campaign: Campaign, contact: Contact): ActionItem[] =>
  campaign.action_items.filter((item) => contact.action_item_ids.includes(item.id) && !contact.responded_action_item_ids.includes(item.id));

/** isUndecided reports whether a contact's response is neither the first nor the last of those in use. */
function isUndecided(campaign: Campaign, contact: Contact): boolean {
  const inUse = campaign.key_question.responses.filter((r) => !r.retired).map((r) => r.id);
  const position = inUse.indexOf(contact.key_question_response?.id ?? "");
  return position > 0 && position < inUse.length - 1;
}

function reasonOf(campaign: Campaign, contact: Contact, now: Date): Reason | undefined {
  if (!contact.key_question_response) return { kind: "ask" };
  const [item] = openItems(campaign, contact);
  if (item) return { kind: "item", item };
  if (isUndecided(campaign, contact) && now.getTime() - Date.parse(contact.last_activity_at) > 7 * day) return { kind: "again", since: contact.last_activity_at };
  if (contact.match_status === "PENDING") return { kind: "match" };
  return undefined;
}

const ranks: Record<Reason["kind"], number> = { ask: 0, item: 1, again: 2, match: 3 };

/** compareWithin orders contacts with the same kind of reason. */
function compareWithin(campaign: Campaign, a: QueueEntry, b: QueueEntry): number {
  if (a.reason.kind === "ask") {
    const matched = Number(b.contact.match_status === "CONFIRMED") - Number(a.contact.match_status === "CONFIRMED");
    if (matched !== 0) return matched;
  }
  if (a.reason.kind === "item" && b.reason.kind === "item") {
    const order = campaign.action_items.indexOf(a.reason.item) - campaign.action_items.indexOf(b.reason.item);
    if (order !== 0) return order;
  }
  return a.contact.added_at.localeCompare(b.contact.added_at) || a.contact.id.localeCompare(b.contact.id);
}

/**
 * queue returns the contacts to talk to, with the reason for each, the next one first: those without an answer to the Key
 * Question, matched ones before others; then those with open action items; then undecided ones without activity for seven
 * days; then those who are not matched. Within a kind the oldest contact comes first.
 */
export function queue(campaign: Campaign, contacts: Contact[], now: Date): QueueEntry[] {
  const entries = contacts.flatMap((contact) => {
    const reason = reasonOf(campaign, contact, now);
    return reason ? [{ contact, reason }] : [];
  });
  return entries.sort((a, b) => ranks[a.reason.kind] - ranks[b.reason.kind] || compareWithin(campaign, a, b));
}
