import { api, send, type Schemas } from "../../api/client";

export type NewPerson = Schemas["NewContact"];
export type ActionAnswer = Schemas["ResponseRequest"];

/** ContactWrite changes one contact. contact is its id in the campaign. */
export type ContactWrite =
  | { kind: "answer"; contact: string; response: string }
  | { kind: "clearAnswer"; contact: string }
  | { kind: "respond"; contact: string; item: string; response: ActionAnswer }
  | { kind: "withdraw"; contact: string; item: string }
  | { kind: "addNote"; contact: string; content: string }
  | { kind: "editNote"; contact: string; note: string; content: string }
  | { kind: "deleteNote"; contact: string; note: string }
  | { kind: "votePlan"; contact: string; text: string }
  | { kind: "edit"; contact: string; changes: Schemas["ContactUpdate"] }
  | { kind: "remove"; contact: string }
  | { kind: "match"; contact: string; match: Schemas["MatchRequest"] }
  | { kind: "resetMatch"; contact: string };

/** AddWrite adds people. locals are their ids on this phone until the API has given theirs, in the same order. */
export interface AddWrite { kind: "add"; people: NewPerson[]; locals: string[] }

/** OwnWrite changes the caller's own membership. */
export type OwnWrite =
  | { kind: "profile"; changes: Schemas["ProfileUpdate"] }
  | { kind: "consent"; consent: boolean }
  | { kind: "ownMatch"; match: Schemas["MatchRequest"] }
  | { kind: "resetOwnMatch" };

export type Write = ContactWrite | AddWrite | OwnWrite;

type Results = {
  answer: Schemas["ContactStatus"]; clearAnswer: Schemas["ContactStatus"]; respond: Schemas["ActionResponse"]; withdraw: undefined;
  addNote: Schemas["Note"]; editNote: Schemas["Note"]; deleteNote: undefined; votePlan: Schemas["ContactStatus"];
  edit: Schemas["MyContact"]; remove: undefined; match: Schemas["ContactStatus"]; resetMatch: Schemas["ContactStatus"];
  add: Schemas["CreateContactsReport"];
  profile: Schemas["Membership"]; consent: Schemas["Membership"]; ownMatch: Schemas["Membership"]; resetOwnMatch: Schemas["Membership"];
};

/** Result is the API's answer to a write. */
export type Result<W extends Write = Write> = Results[W["kind"]];

const base = "/v1/mobilizer/campaigns/{campaign}";

type Senders = { [K in Write["kind"]]: (campaign: string, write: Extract<Write, { kind: K }>, key: string) => Promise<Results[K]> };

// POST creates something each time, so it takes the key; the API repeats its first answer for a key that it knows. Repeating
// PUT, PATCH and DELETE has no further effect.
const senders: Senders = {
  answer: (campaign, { contact, response }) =>
    send(() => api.PUT(`${base}/contacts/{contact}/answer`, { params: { path: { campaign, contact } }, body: { response_id: response } })),
  clearAnswer: (campaign, { contact }) =>
    send(() => api.DELETE(`${base}/contacts/{contact}/answer`, { params: { path: { campaign, contact } } })),
  respond: (campaign, { contact, item, response }) =>
    send(() => api.PUT(`${base}/contacts/{contact}/action-responses/{action_item}`, { params: { path: { campaign, contact, action_item: item } }, body: response })),
  withdraw: async (campaign, { contact, item }) => {
    await send(() => api.DELETE(`${base}/contacts/{contact}/action-responses/{action_item}`, { params: { path: { campaign, contact, action_item: item } } }));
    return undefined;
  },
  addNote: (campaign, { contact, content }, key) =>
    send(() => api.POST(`${base}/contacts/{contact}/notes`, { params: { path: { campaign, contact }, header: { "Idempotency-Key": key } }, body: { content } })),
  editNote: (campaign, { contact, note, content }) =>
    send(() => api.PATCH(`${base}/contacts/{contact}/notes/{note}`, { params: { path: { campaign, contact, note } }, body: { content } })),
  deleteNote: async (campaign, { contact, note }) => {
    await send(() => api.DELETE(`${base}/contacts/{contact}/notes/{note}`, { params: { path: { campaign, contact, note } } }));
    return undefined;
  },
  votePlan: (campaign, { contact, text }) =>
    send(() => api.PUT(`${base}/contacts/{contact}/vote-plan`, { params: { path: { campaign, contact } }, body: { text } })),
  edit: (campaign, { contact, changes }) =>
    send(() => api.PATCH(`${base}/contacts/{contact}`, { params: { path: { campaign, contact } }, body: changes })),
  remove: async (campaign, { contact }) => {
    await send(() => api.DELETE(`${base}/contacts/{contact}`, { params: { path: { campaign, contact } } }));
    return undefined;
  },
  match: (campaign, { contact, match }) =>
    send(() => api.PUT(`${base}/contacts/{contact}/match`, { params: { path: { campaign, contact } }, body: match })),
  resetMatch: (campaign, { contact }) =>
    send(() => api.DELETE(`${base}/contacts/{contact}/match`, { params: { path: { campaign, contact } } })),
  add: (campaign, { people }, key) => {
    // The write has the names of people from the address book, to show them. The API copies them, and takes the id alone.
    const contacts = people.map((person) => (person.address_book_entry_id ? { address_book_entry_id: person.address_book_entry_id } : person));
    return send(() => api.POST(`${base}/contacts/bulk`, { params: { path: { campaign }, header: { "Idempotency-Key": key } }, body: { contacts } }));
  },
  profile: (campaign, { changes }) => send(() => api.PATCH(`${base}/profile`, { params: { path: { campaign } }, body: changes })),
  consent: (campaign, { consent }) => send(() => api.PUT(`${base}/consent`, { params: { path: { campaign } }, body: { consent } })),
  ownMatch: (campaign, { match }) => send(() => api.PUT(`${base}/match`, { params: { path: { campaign } }, body: match })),
  resetOwnMatch: (campaign) => send(() => api.DELETE(`${base}/match`, { params: { path: { campaign } } })),
};

/**
 * sendWrite makes a write through the API. Sending it again with the same key has no further effect. It fails with ApiError if
 * the API refuses it, and with NetworkError without an answer.
 */
export function sendWrite<W extends Write>(campaign: string, write: W, key: string): Promise<Result<W>> {
  const sender = senders[write.kind] as (campaign: string, write: Write, key: string) => Promise<Result<W>>;
  return sender(campaign, write, key);
}
