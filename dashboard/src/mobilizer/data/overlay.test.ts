// @vitest-environment node
import { expect, test } from "vitest";
import { newCampaign, newContact } from "../testing";
import type { CampaignCopy } from "./campaign";
import { withDetailWrite, withWrite } from "./overlay";
import type { Write } from "./writes";

const at = "2026-11-03T12:00:00.000Z";
const copy: CampaignCopy = { asOf: at, campaign: newCampaign(), contacts: [newContact("helen"), newContact("bo")] };
const after = (...writes: Write[]) => writes.reduce((present, write) => withWrite(present, write, at), copy);
const helenAfter = (...writes: Write[]) => after(...writes).contacts.find((c) => c.id === "helen");

test("an answer that waits gives the contact the action items of the response", () => {
  expect(helenAfter({ kind: "answer", contact: "helen", response: "yes" })).toMatchObject({
    key_question_response: { id: "yes", text: "Yes" }, action_item_ids: ["flyer", "ride"], last_activity_at: at,
  });
  expect(helenAfter({ kind: "answer", contact: "helen", response: "yes" }, { kind: "clearAnswer", contact: "helen" })).toMatchObject({
    key_question_response: undefined, action_item_ids: ["flyer"],
  });
});

test("responses, edits, matches and removal are shown before they are sent", () => {
  const respond: Write = { kind: "respond", contact: "helen", item: "flyer", response: { completed: true } };
  expect(helenAfter(respond, respond)?.responded_action_item_ids).toEqual(["flyer"]);
  expect(helenAfter(respond, { kind: "withdraw", contact: "helen", item: "flyer" })?.responded_action_item_ids).toEqual([]);
  expect(helenAfter({ kind: "edit", contact: "helen", changes: { city: "Lowell" } })).toMatchObject({ first_name: "helen", city: "Lowell" });
  expect(helenAfter({ kind: "match", contact: "helen", match: { candidate: "token" } })?.match_status).toBe("CONFIRMED");
  expect(helenAfter({ kind: "match", contact: "helen", match: { status: "NO_MATCHES" } })?.match_status).toBe("NO_MATCHES");
  expect(after({ kind: "remove", contact: "helen" }).contacts.map((c) => c.id)).toEqual(["bo"]);
});

test("people who wait to be added have their local ids, and the API's ids after its answer", () => {
  const add: Write = { kind: "add", people: [{ first_name: "Rosa" }, { first_name: "Bad" }], locals: ["local-1", "local-2"] };
  expect(after(add).contacts.map((c) => c.id)).toEqual(["helen", "bo", "local-1", "local-2"]);
  expect(after(add, { kind: "answer", contact: "local-1", response: "no" }).contacts[2]?.key_question_response?.id).toBe("no");
  const report = { added: 1, refused: 1, rows: [{ row: 0, result: "added", id: "rosa" }, { row: 1, result: "invalid" }] };
  expect(withWrite(copy, add, at, report).contacts.map((c) => c.id)).toEqual(["helen", "bo", "rosa"]);
});

test("the API's answer replaces what the app assumed", () => {
  const voter = { canonical_voter_id: "1", matched_at: at };
  const changed = withWrite(copy, { kind: "match", contact: "helen", match: { candidate: "token" } }, at, { match_status: "CONFIRMED", voter });
  expect(changed.contacts[0]).toMatchObject({ match_status: "CONFIRMED", voter });
  expect(withWrite(copy, { kind: "consent", consent: true }, at).campaign.membership.consent).toBe(true);
});

test("notes and answers that wait are shown among those that were read", () => {
  const none = { responses: [], notes: [], answers: [] };
  const noted = withDetailWrite(none, copy.campaign, { kind: "addNote", contact: "helen", content: "Votes early" }, at, { id: "note-1" });
  expect(noted.notes).toEqual([{ id: "note-1", content: "Votes early", created_at: at }]);
  expect(withDetailWrite(noted, copy.campaign, { kind: "editNote", contact: "helen", note: "note-1", content: "Votes late" }, at).notes[0]?.content).toBe("Votes late");
  expect(withDetailWrite(noted, copy.campaign, { kind: "deleteNote", contact: "helen", note: "note-1" }, at).notes).toEqual([]);
  expect(withDetailWrite(none, copy.campaign, { kind: "answer", contact: "helen", response: "maybe" }, at).answers[0]?.response_text).toBe("Maybe");
});
