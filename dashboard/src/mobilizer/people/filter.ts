import type { Campaign, Contact } from "../data/campaign";
import { openItems } from "../next/queue";

/** Show selects contacts: all, those to ask, those to look up in the voter file, or those with something to do. */
export type Show = "all" | "ask" | "match" | "do";

export const shows: Show[] = ["all", "ask", "match", "do"];

const folded = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const isShown: Record<Show, (contact: Contact, campaign: Campaign) => boolean> = {
  all: () => true,
  ask: (contact) => !contact.key_question_response,
  match: (contact) => contact.match_status === "PENDING",
  do: (contact, campaign) => openItems(campaign, contact).length > 0,
};

/** selectContacts returns the contacts of a selection whose names or city contain every word of the query, by name. */
export function selectContacts(campaign: Campaign, contacts: Contact[], query: string, show: Show, locale: string): Contact[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  const matches = (c: Contact) => {
    const text = folded([c.first_name, c.last_name, c.preferred_name, c.city].filter(Boolean).join(" "));
    return words.every((word) => text.includes(word));
  };
  const compare = new Intl.Collator(locale).compare;
  const sortKey = (c: Contact) => `${c.preferred_name || c.first_name || ""} ${c.last_name || ""}`.trim();
  return contacts.filter((c) => isShown[show](c, campaign) && matches(c)).sort((a, b) => compare(sortKey(a), sortKey(b)));
}
