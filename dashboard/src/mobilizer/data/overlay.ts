import type { Campaign, CampaignCopy, Contact, Membership } from "./campaign";
import type { PersonDetails } from "./person";
import type { ContactWrite, OwnWrite, Result, Write } from "./writes";

// Writes that wait are shown as if they were sent, and a sent write is applied in the same way, with the API's answer.

/** withResponse returns a contact with another Key Question response, and with the action items that it then has. */
function withResponse(contact: Contact, campaign: Campaign, id: string | undefined, at: string): Contact {
  const response = campaign.key_question.responses.find((r) => r.id === id);
  const items = campaign.action_items.filter(({ archived, target }) =>
    !archived && (target.everyone || (response ? target.response_ids.includes(response.id) : target.no_response)));
  return { ...contact, key_question_response: response && { ...response, answered_at: at }, action_item_ids: items.map((item) => item.id) };
}

/** matchOf returns the match status that a request to match leads to. The voter is known from the API's answer. */
const matchOf = (match: { status?: string }) => ({ match_status: (match.status || "CONFIRMED") as Contact["match_status"], voter: undefined });

function withContactWrite(contact: Contact, campaign: Campaign, write: ContactWrite, at: string): Contact | undefined {
  const touched = { ...contact, last_activity_at: at > contact.last_activity_at ? at : contact.last_activity_at };
  const responded = contact.responded_action_item_ids;
  switch (write.kind) {
    case "answer": return withResponse(touched, campaign, write.response, at);
    case "clearAnswer": return withResponse(touched, campaign, undefined, at);
    case "respond": return { ...touched, responded_action_item_ids: [...new Set([...responded, write.item])] };
    case "withdraw": return { ...touched, responded_action_item_ids: responded.filter((id) => id !== write.item) };
    case "votePlan": return { ...touched, vote_plan: write.text || undefined };
    case "edit": return { ...touched, ...write.changes };
    case "match": return { ...touched, ...matchOf(write.match) };
    case "resetMatch": return { ...touched, match_status: "PENDING", voter: undefined };
    case "remove": return undefined;
    default: return touched;
  }
}

function withOwnWrite(membership: Membership, write: OwnWrite): Membership {
  switch (write.kind) {
    case "profile": return { ...membership, ...write.changes };
    case "consent": return { ...membership, consent: write.consent };
    case "ownMatch": return { ...membership, ...matchOf(write.match) };
    case "resetOwnMatch": return { ...membership, match_status: "PENDING", voter: undefined };
  }
}

type Add = Extract<Write, { kind: "add" }>;

/** addedContacts returns the people of a write as contacts. Those whom the API refused are left out. */
function addedContacts(copy: CampaignCopy, write: Add, at: string, report: Result<Add> | undefined): Contact[] {
  const known = new Set(copy.contacts.map((c) => c.id));
  return write.people.flatMap((person, n) => {
    const id = report ? report.rows[n]?.id : write.locals[n];
    if (!id || known.has(id)) return [];
    const contact: Contact = {
      ...person, id, address_book_entry_id: person.address_book_entry_id ?? "", match_status: "PENDING", relational_touchpoints: 0, action_item_ids: [],
      responded_action_item_ids: [], added_at: at, last_activity_at: at,
    };
    return withResponse(contact, copy.campaign, undefined, at);
  });
}

/** withWrite returns a copy as it is after a write: one that waits, or one that the API has answered with result. */
export function withWrite(copy: CampaignCopy, write: Write, at: string, result?: unknown): CampaignCopy {
  if (write.kind === "add") return { ...copy, contacts: [...copy.contacts, ...addedContacts(copy, write, at, result as Result<Add> | undefined)] };
  if (!("contact" in write)) {
    const membership = (result as Membership | undefined) ?? withOwnWrite(copy.campaign.membership, write);
    return { ...copy, campaign: { ...copy.campaign, membership } };
  }
  const given = result && typeof result === "object" && "match_status" in result ? (result as Partial<Contact>) : {};
  return {
    ...copy,
    contacts: copy.contacts.flatMap((contact) => {
      if (contact.id !== write.contact) return contact;
      const changed = withContactWrite(contact, copy.campaign, write, at);
      return changed ? { ...changed, ...given } : [];
    }),
  };
}

/** withDetailWrite returns a contact's notes, responses and answers as they are after a write. */
export function withDetailWrite(details: PersonDetails, campaign: Campaign, write: Write, at: string, result?: unknown): PersonDetails {
  const { id = `${waitingPrefix}${at}` } = (result ?? {}) as { id?: string };
  switch (write.kind) {
    case "answer": case "clearAnswer": {
      const response = campaign.key_question.responses.find((r) => write.kind === "answer" && r.id === write.response);
      return { ...details, answers: [{ id: `${waitingPrefix}${at}`, response, response_text: response?.text, answered_at: at }, ...details.answers] };
    }
    case "addNote": return { ...details, notes: [{ id, content: write.content, created_at: at }, ...details.notes] };
    case "editNote": return { ...details, notes: details.notes.map((n) => (n.id === write.note ? { ...n, content: write.content, updated_at: at } : n)) };
    case "deleteNote": return { ...details, notes: details.notes.filter((n) => n.id !== write.note) };
    case "respond": {
      const others = details.responses.filter((r) => r.action_item_id !== write.item);
      return { ...details, responses: [...others, { id, action_item_id: write.item, created_at: at, ...write.response }] };
    }
    case "withdraw": return { ...details, responses: details.responses.filter((r) => r.action_item_id !== write.item) };
    default: return details;
  }
}

const waitingPrefix = "waiting-";

/** isWaitingId reports whether an id stands for something that the API has not given an id yet. */
export const isWaitingId = (id: string) => id.startsWith(waitingPrefix);
