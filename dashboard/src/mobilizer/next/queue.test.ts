// @vitest-environment node
import { expect, test } from "vitest";
import type { Campaign, Contact } from "../data/campaign";
import { queue } from "./queue";
import { newContact, newCampaign } from "../testing";
import { arrange, finish, newDay, putOffAWeek, skip } from "./today";

const now = new Date("2026-11-03T12:00:00Z");
const campaign: Campaign = newCampaign();
const next = (contacts: Contact[]) => queue(campaign, contacts, now).map(({ contact, reason }) => [contact.id, reason.kind]);

test("the queue begins with people who were not asked, matched ones first, then the oldest", () => {
  const contacts = [
    newContact("late", { added_at: "2026-11-02T00:00:00Z" }),
    newContact("early", { added_at: "2026-11-01T00:00:00Z" }),
    newContact("matched", { match_status: "CONFIRMED", added_at: "2026-11-02T00:00:00Z" }),
  ];
  expect(next(contacts)).toEqual([["matched", "ask"], ["early", "ask"], ["late", "ask"]]);
});

test("open action items follow in the campaign's order, then undecided people after a week, then those to look up", () => {
  const asked = (id: string, response: string, more: Partial<Contact> = {}) =>
    newContact(id, { match_status: "CONFIRMED", key_question_response: { ...campaign.key_question.responses.find((r) => r.id === response)!, answered_at: "2026-10-01T00:00:00Z" }, ...more });
  const contacts = [
    asked("to look up", "yes", { match_status: "PENDING" }),
    asked("undecided", "maybe", { last_activity_at: "2026-10-20T00:00:00Z" }),
    asked("second item", "yes", { action_item_ids: ["flyer", "ride"], responded_action_item_ids: ["flyer"] }),
    asked("first item", "no", { action_item_ids: ["flyer"] }),
    asked("undecided lately", "maybe", { last_activity_at: "2026-11-01T00:00:00Z" }),
    asked("decided", "yes", { last_activity_at: "2026-01-01T00:00:00Z" }),
  ];
  expect(next(contacts)).toEqual([["first item", "item"], ["second item", "item"], ["undecided", "again"], ["to look up", "match"]]);
});

test("skipped people come at the end of the day's queue, and those put off come back after a week", () => {
  const entries = queue(campaign, ["a", "b", "c", "d"].map((id) => newContact(id)), now);
  const ids = (today: ReturnType<typeof newDay>, at = now) => arrange(entries, today, at).map(({ contact }) => contact.id);
  const fresh = newDay(undefined, now);
  expect(ids(skip(skip(fresh, "a"), "c"))).toEqual(["b", "d", "a", "c"]);
  const later = putOffAWeek(finish(fresh, "d"), "b", now);
  expect(ids(later)).toEqual(["a", "c", "d"]);
  expect(later.done).toEqual(["d"]);

  const tomorrow = new Date("2026-11-04T12:00:00Z");
  expect(ids(newDay(later, tomorrow), tomorrow)).toEqual(["a", "c", "d"]);
  expect(newDay(later, tomorrow)).toMatchObject({ done: [], skipped: [] });
  const nextWeek = new Date("2026-11-10T12:00:01Z");
  expect(ids(newDay(later, nextWeek), nextWeek)).toEqual(["a", "b", "c", "d"]);
});
