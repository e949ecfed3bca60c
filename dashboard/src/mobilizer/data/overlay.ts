import type { Campaign, CampaignCopy, Contact, Membership } from "./campaign";
import type { AddWrite, ContactWrite, OwnWrite, Result, Write } from "./writes";

const now = () => new Date().toISOString();

function withAnswer(contact: Contact, campaign: Campaign, id: string | undefined): Contact {
  const response = campaign.key_question.responses.find((r) => r.id === id);
  const items = campaign.action_items.filter(({ archived, target }) =>
    !archived && (target.everyone || (response ? target.response_ids.includes(response.id) : target.no_response)));
  return {
    ...contact,
    key_question_response: response && { ...response, answered_at: now() },
    action_item_ids: items.map((item) => item.id),
  };
}

/** withContactWrite returns a contact as it will be after a write; undefined after its removal. */
export function withContactWrite(contact: Contact, campaign: Campaign, write: ContactWrite): Contact | undefined {
  const touched = { ...contact, last_activity_at: now() };
  switch (write.kind) {
    case "answer": return withAnswer(touched, campaign, write.response);
    case "clearAnswer": return withAnswer(touched, campaign, undefined);
    case "respond": return { ...touched, responded_action_item_ids: [...new Set([...contact.responded_action_item_ids, write.item])] };
    case "withdraw": return { ...touched, responded_action_item_ids: contact.responded_action_item_ids.filter((id) => id !== write.item) };
    case "votePlan": return { ...touched, vote_plan: write.text || undefined };
    case "edit": return { ...touched, ...write.changes };
    case "remove": return undefined;
    case "match": return { ...touched, match_status: (write.match.status as Contact["match_status"]) || "CONFIRMED", voter: undefined };
    case "resetMatch": return { ...touched, match_status: "PENDING", voter: undefined };
    default: return touched;
  }
}

function withOwnWrite(membership: Membership, write: OwnWrite): Membership {
  switch (write.kind) {
    case "profile": return { ...membership, ...write.changes };
    case "consent": return { ...membership, consent: write.consent };
    case "ownMatch": return { ...membership, match_status: (write.match.status as Membership["match_status"]) || "CONFIRMED", voter: undefined };
    case "resetOwnMatch": return { ...membership, match_status: "PENDING", voter: undefined };
  }
}

/** localContact returns a person who waits to be added as a contact. */
function localContact(id: string, person: Extract<Write, { kind: "add" }>["people"][number], campaign: Campaign): Contact {
  const contact: Contact = {
    ...person, id, address_book_entry_id: "", match_status: "PENDING", relational_touchpoints: 0, action_item_ids: [], responded_action_item_ids: [],
    added_at: now(), last_activity_at: now(),
  };
  return withAnswer(contact, campaign, undefined);
}

/** withWrite returns a copy as it will be after a write that waits. */
export function withWrite(copy: CampaignCopy, write: Write): CampaignCopy {
  if (write.kind === "add") {
    const known = new Set(copy.contacts.map((c) => c.id));
    const added = write.people.map((person, n) => localContact(write.locals[n]!, person, copy.campaign)).filter((c) => !known.has(c.id));
    return { ...copy, contacts: [...copy.contacts, ...added] };
  }
  if (!("contact" in write)) return { ...copy, campaign: { ...copy.campaign, membership: withOwnWrite(copy.campaign.membership, write) } };
  const contacts = copy.contacts.flatMap((contact) => {
    if (contact.id !== write.contact) return contact;
    return withContactWrite(contact, copy.campaign, write) ?? [];
  });
  return { ...copy, contacts };
}

/** withResult returns a copy as it is after the API's answer to a write. */
export function withResult(copy: CampaignCopy, write: Write, result: Result): CampaignCopy {
  const applied = withWrite(copy, write);
  if (write.kind === "add") return withIds(applied, write.locals, result as Result<AddWrite>);
  if (!("contact" in write)) return { ...copy, campaign: { ...copy.campaign, membership: result as Membership } };
  if (!result || !("match_status" in result)) return applied;
  return { ...applied, contacts: applied.contacts.map((c) => (c.id === write.contact ? { ...c, ...(result as Partial<Contact>) } : c)) };
}

/** withIds gives the people who were added the ids of the API, and takes away those whom it refused. */
function withIds(copy: CampaignCopy, locals: string[], report: Result<AddWrite>): CampaignCopy {
  const ids = new Map(locals.map((local, n) => [local, report.rows[n]?.id]));
  return {
    ...copy,
    contacts: copy.contacts.flatMap((c) => {
      if (!ids.has(c.id)) return c;
      const id = ids.get(c.id);
      return id ? { ...c, id } : [];
    }),
  };
}
