import type { CampaignPageData } from "../CampaignContext";
import type { Contact, Membership } from "../data/campaign";
import type { Write } from "../data/writes";
import type { Schemas } from "../../api/client";
import { isLocalId } from "../outbox/pending";
import { self } from "./candidates";

/** Matchable is a contact or the mobilizer. */
export type Matchable = Pick<Contact, "id" | "first_name" | "last_name" | "preferred_name" | "city" | "state" | "zip" | "match_status">;

const ofSelf = (membership: Membership): Matchable => ({ ...membership, id: self });

/** matchablePeople returns the contacts that the API knows, the latest first, then the mobilizer; or the one that only names. */
export function matchablePeople({ campaign, contacts }: Pick<CampaignPageData, "campaign" | "contacts">, only: string): Matchable[] {
  const latestFirst = contacts.filter(({ id }) => !isLocalId(id)).sort((a, b) => b.added_at.localeCompare(a.added_at));
  const people = [...latestFirst, ofSelf(campaign.membership)];
  return only ? people.filter(({ id }) => id === only) : people.filter(({ match_status }) => match_status === "PENDING");
}

/** matchWrite returns the write that chooses a person's voter or says why there is none. */
export const matchWrite = (id: string, match: Schemas["MatchRequest"]): Write =>
  id === self ? { kind: "ownMatch", match } : { kind: "match", contact: id, match };

/** resetWrite returns the write that resets a person's match. */
export const resetWrite = (id: string): Write => (id === self ? { kind: "resetOwnMatch" } : { kind: "resetMatch", contact: id });
