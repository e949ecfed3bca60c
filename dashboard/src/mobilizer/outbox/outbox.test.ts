// @vitest-environment node
import "fake-indexeddb/auto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStorage } from "./storage";
import type { Write } from "../data/writes";
import { type Enqueued, type Fault, FakeApi, Phone, refuse, runClean, type Tab } from "./testkit";

let phones = 0;

async function newPhone(api = new FakeApi()): Promise<Phone> {
  return new Phone(api, await openStorage(`outbox-${++phones}`));
}

const days = 24 * 60 * 60 * 1000;

const note = (contact: string, content: string): Enqueued => ({ write: { kind: "addNote", contact, content }, about: content });
const answer = (contact: string, response: string, about = response): Enqueued => ({ write: { kind: "answer", contact, response }, about });
const plan = (text: string): Enqueued => ({ write: { kind: "votePlan", contact: "a", text }, about: text });
const add = (...people: [local: string, first_name: string][]) =>
  ({ write: { kind: "add", people: people.map(([, first_name]) => ({ first_name })), locals: people.map(([local]) => local) }, about: people[0]![1] }) as const;
const remove = (contact: string, about = contact): Enqueued => ({ write: { kind: "remove", contact }, about });

const enqueue = ({ outbox }: Tab, { write, about }: Enqueued, options = {}) => outbox.enqueue(write as Write, { about, ...options });

/** settle waits until a condition holds, letting time pass. */
async function settle(phone: Phone, done: () => boolean) {
  for (let turns = 0; turns < 2_000 && !done(); turns++) {
    await new Promise(setImmediate);
    if (turns % 20 === 19) phone.pass(60_000);
  }
  expect(done()).toBe(true);
}

const isEmpty = ({ outbox }: Tab) => outbox.current().waiting.length === 0;

test("writes about a new person wait for the person's id", async () => {
  const phone = await newPhone();
  phone.online = false;
  const tab = await phone.openTab();
  await enqueue(tab, add(["local-1", "Helen"]));
  await enqueue(tab, note("local-1", "Votes early"));
  expect(tab.outbox.current().waiting.map((w) => w.about)).toEqual(["Helen", "Votes early"]);
  phone.setOnline(true);
  await settle(phone, () => isEmpty(tab));
  expect(phone.api.contents().find((p) => p.name === "Helen")?.notes).toEqual(["Votes early"]);
  expect(tab.outbox.resolve("local-1")).toMatch(/^person-/);
});

test("a refused write keeps its text and the reason, and the person's later writes go on", async () => {
  const phone = await newPhone();
  const tab = await phone.openTab();
  await enqueue(tab, answer("a", "retired"));
  await enqueue(tab, answer("a", "yes"));
  await settle(phone, () => isEmpty(tab));
  expect(tab.outbox.current().refused).toMatchObject([{ write: { response: "retired" }, refusal: { code: "response_retired", status: 409 } }]);
  expect(phone.api.people.get("a")?.answers).toEqual(["yes"]);

  await tab.outbox.retry(tab.outbox.current().refused[0]!.number, answer("a", "no").write);
  await settle(phone, () => isEmpty(tab));
  expect(tab.outbox.current().refused).toEqual([]);
  expect(phone.api.people.get("a")?.answers).toEqual(["yes", "no"]);
});

test("refused rows stay with their reasons, and what waits for them is sent once they are mended", async () => {
  const phone = await newPhone();
  const tab = await phone.openTab();
  await enqueue(tab, add(["local-1", "Helen"], ["local-2", "bad"]));
  await enqueue(tab, note("local-2", "Met at work"));
  await settle(phone, () => isEmpty(tab));
  const [rows, waiting] = tab.outbox.current().refused;
  expect(rows).toMatchObject({ about: "bad", write: { people: [{ first_name: "bad" }], locals: ["local-2"] }, rows: [{ code: "invalid", detail: "The name is not valid." }] });
  expect(waiting).toMatchObject({ write: { content: "Met at work" }, refusal: { code: "contact_not_added" } });

  await tab.outbox.resubmit(rows!.number, add(["local-2", "Bo"]).write as never, { about: "Bo" });
  await settle(phone, () => isEmpty(tab));
  expect(tab.outbox.current().refused).toEqual([]);
  expect(phone.api.contents().find((p) => p.name === "Bo")?.notes).toEqual(["Met at work"]);
});

test("a write can be cancelled before it is sent, and not after", async () => {
  const phone = await newPhone();
  const tab = await phone.openTab();
  const number = await enqueue(tab, remove("a"), { notBefore: phone.clock + 10_000 });
  await tab.outbox.send();
  expect(phone.api.people.has("a")).toBe(true);
  expect(await tab.outbox.cancel(number)).toBe(true);
  phone.pass(20_000);
  await tab.outbox.send();
  expect(phone.api.people.has("a")).toBe(true);

  phone.fail("lost-answer");
  const sent = await enqueue(tab, note("a", "Hello"));
  await tab.outbox.send();
  expect(await tab.outbox.cancel(sent)).toBe(false);
  await settle(phone, () => isEmpty(tab));
  expect(phone.api.people.get("a")?.notes).toEqual(["Hello"]);
});

test("a write older than 30 days is sent only after the person confirms it", async () => {
  const phone = await newPhone();
  phone.online = false;
  const tab = await phone.openTab();
  await enqueue(tab, note("a", "Old"));
  phone.pass(30 * days + 1);
  phone.setOnline(true);
  await tab.outbox.send();
  expect(tab.outbox.current()).toMatchObject({ waiting: [], old: [{ write: { content: "Old" } }] });
  expect(phone.api.people.get("a")?.notes).toEqual([]);
  await tab.outbox.confirmOld();
  await settle(phone, () => phone.api.people.get("a")!.notes.length === 1);
});

test("sending stops when the sign-in has ended, and goes on after a new one", async () => {
  const phone = await newPhone();
  const apply = phone.api.apply.bind(phone.api);
  phone.api.apply = () => {
    throw refuse(401, "unauthenticated");
  };
  const tab = await phone.openTab();
  await enqueue(tab, note("a", "Kept"));
  await tab.outbox.send();
  phone.api.apply = apply;
  phone.pass(3_600_000);
  await tab.outbox.send();
  expect(tab.outbox.current().waiting).toHaveLength(1);
  await tab.outbox.signedIn();
  expect(phone.api.people.get("a")?.notes).toEqual(["Kept"]);
});

test("wiping deletes the writes, the ids and the drafts of one account", async () => {
  const phone = await newPhone();
  phone.online = false;
  const tab = await phone.openTab();
  await enqueue(tab, note("a", "Kept"));
  await tab.outbox.writeDraft("add", ["Helen"]);
  await phone.db.put("drafts", { account: "other/campaign", name: "add", value: 1 });
  await tab.outbox.wipe();
  expect(tab.outbox.current().waiting).toEqual([]);
  expect(await tab.outbox.readDraft("add")).toBeUndefined();
  expect(await phone.db.count("drafts")).toBe(1);
});

test("two tabs that send the same draft add its people once", async () => {
  const phone = await newPhone();
  const tabs = [await phone.openTab(), await phone.openTab()];
  await Promise.all(tabs.map((tab) => enqueue(tab, add(["local-1", "Helen"]), { key: "draft-key" })));
  await settle(phone, () => tabs.every(isEmpty));
  expect(phone.api.contents().filter((p) => p.name === "Helen")).toHaveLength(1);
});

type Step = (Enqueued & { tab: number }) | { online: boolean } | { faults: Fault[] } | { delays: number[] } | { pass: number } | { wait: number } | { cancel: number };

const faults = fc.array(fc.constantFrom<Fault>("none", "no-network", "lost-answer", "lost-answer", "unavailable", "throttled", "crash-before", "crash-after"), { minLength: 1, maxLength: 3 });

const delays = fc.array(fc.constantFrom(0, 1, 10, 30), { minLength: 2, maxLength: 6 });

/** steps are writes about two known people and two new ones, among losses of the network, faults, slow requests, crashes and cancelling. */
const steps = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.nat(1), fc.oneof(
    fc.tuple(fc.constantFrom("a", "b", "local-1", "local-2"), fc.uuid()).map(([who, text]) => note(who, text)),
    fc.tuple(fc.constantFrom("a", "a", "b", "local-1"), fc.constantFrom("yes", "no", "retired"), fc.uuid()).map(([who, r, about]) => answer(who, r, about)),
    fc.uuid().map(plan),
    fc.uuid().map((about) => remove("b", about)),
  )).map(([tab, enqueued]) => ({ ...enqueued, tab })) },
  fc.record({ online: fc.boolean() }),
  fc.record({ faults }),
  fc.record({ delays }),
  fc.record({ pass: fc.integer({ min: 1, max: 60_000 }) }),
  fc.record({ wait: fc.integer({ min: 1, max: 30 }) }),
  { weight: 2, arbitrary: fc.record({ cancel: fc.nat(2) }) },
), { maxLength: 18 });

/** wait lets requests that were made go on for some turns. */
async function wait(turns: number) {
  for (let n = 0; n < turns; n++) await new Promise(setImmediate);
}

/** rareOrders are orders that random steps seldom have: a slow request in one tab while the other sends, and cancelling after a lost answer. */
const rareOrders: [Step[], boolean][] = [
  [[{ ...plan("first"), tab: 0 }, { delays: [13, 0] }, { ...plan("second"), tab: 0 }], false],
  [[{ faults: ["lost-answer"] }, { ...plan("first"), tab: 0 }, { ...answer("a", "yes"), tab: 0 }, { cancel: 2 }], false],
];

test("any order of offline, faults, crashes and two tabs ends like one clean run", async () => {
  await fc.assert(fc.asyncProperty(steps, fc.boolean(), async (script: Step[], refuseSecond) => {
    const phone = await newPhone();
    const tabs = [await phone.openTab(), await phone.openTab()];
    const accepted = new Map<number, Enqueued>();
    const put = async (tab: number, enqueued: Enqueued) => accepted.set(await enqueue(tabs[tab]!, enqueued), enqueued);
    tabs.forEach((_, n) => reopenAfterCrash(phone, tabs, n));

    await put(0, add(["local-1", "new"]) as Enqueued);
    await put(1, add(["local-2", refuseSecond ? "bad" : "second"]) as Enqueued);
    for (const step of script) {
      if ("write" in step) await put(step.tab, step);
      else if ("online" in step) phone.setOnline(step.online);
      else if ("faults" in step) phone.fail(...step.faults);
      else if ("delays" in step) phone.slow(...step.delays);
      else if ("wait" in step) await wait(step.wait);
      else if ("pass" in step) phone.pass(step.pass);
      else {
        const number = [...accepted.keys()].at(-1 - step.cancel);
        if (number && await tabs[0]!.outbox.cancel(number)) accepted.delete(number);
      }
    }
    phone.mend();
    await settle(phone, () => tabs.every(isEmpty));

    const clean = new FakeApi();
    const refused = runClean(clean, [...accepted.values()]);
    expect(phone.api.contents()).toEqual(clean.contents());
    expect(tabs[0]!.outbox.current().refused.map((w) => w.about).sort()).toEqual(refused.sort());
    tabs.forEach(({ outbox }) => outbox.close());
  }), { numRuns: 150, examples: rareOrders });
}, 60_000);

/** phoneSteps are writes on one of two phones of the same person, among losses of the network, faults and crashes. */
const phoneSteps = fc.array(fc.tuple(fc.nat(1), fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom("a", "b", "local-1"), fc.uuid()).map(([who, text]) => note(who, text)) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("a", "local-1"), fc.constantFrom("yes", "no", "maybe"), fc.uuid()).map(([who, r, about]) => answer(who, r, about)) },
  fc.uuid().map((about) => remove("b", about)),
  fc.record({ online: fc.boolean() }),
  fc.record({ faults }),
  fc.record({ delays }),
  fc.record({ pass: fc.integer({ min: 1, max: 60_000 }) }),
)), { maxLength: 16 });

test("two phones of one person lose and double nothing", async () => {
  await fc.assert(fc.asyncProperty(phoneSteps, async (script) => {
    const api = new FakeApi();
    const both = [await newPhone(api), await newPhone(api)];
    const tabs = await Promise.all(both.map((phone) => phone.openTab()));
    both.forEach((phone, n) => reopenAfterCrash(phone, tabs, n));
    const stored: Enqueued[][] = [[], []];
    for (const n of [0, 1]) await enqueue(tabs[n]!, add(["local-1", `new on ${n}`]) as Enqueued);
    for (const [n, step] of script) {
      if ("write" in step) {
        await enqueue(tabs[n]!, step);
        stored[n]!.push(step);
      } else if ("online" in step) both[n]!.setOnline(step.online);
      else if ("faults" in step) both[n]!.fail(...step.faults);
      else if ("delays" in step) both[n]!.slow(...step.delays);
      else both[n]!.pass(step.pass);
    }
    both.forEach((phone) => phone.mend());
    for (const n of [0, 1]) await settle(both[n]!, () => isEmpty(tabs[n]!));

    expect(api.contents().filter(({ name }) => name.startsWith("new on")).map(({ name }) => name)).toEqual(["new on 0", "new on 1"]);
    for (const n of [0, 1]) expectNothingLost(api, tabs[n]!, n, stored[n]!);
    expect(new Set(api.written).size).toBe(api.written.length);
    tabs.forEach(({ outbox }) => outbox.close());
  }), { numRuns: 60 });
}, 60_000);

/** expectNothingLost checks that a phone's notes and answers took effect in order, or are shown as refused because the person was removed. */
function expectNothingLost(api: FakeApi, { outbox }: Tab, phone: number, stored: Enqueued[]) {
  const refused = new Set(outbox.current().refused.map(({ about }) => about));
  const notes = (of: string) => stored.flatMap(({ write }) => (write.kind === "addNote" && write.contact === of ? [write.content] : []));
  const written = (of: string) => api.written.filter((text) => notes(of).includes(text));
  expect(written("a")).toEqual(notes("a"));
  expect(written("b").concat(notes("b").filter((text) => refused.has(text)))).toEqual(notes("b"));
  const own = api.contents().find(({ name }) => name === `new on ${phone}`)!;
  expect(own.notes).toEqual(notes("local-1"));
  const answers = stored.flatMap(({ write }) => (write.kind === "answer" && write.contact === "local-1" ? [write.response] : []));
  expect(own.answers.at(-1)).toBe(answers.at(-1));
}

/** reopenAfterCrash replaces a tab that crashed by a new one. */
function reopenAfterCrash(phone: Phone, tabs: Tab[], n: number) {
  void tabs[n]!.crashed.then(async () => {
    tabs[n]!.outbox.close();
    tabs[n] = await phone.openTab();
    reopenAfterCrash(phone, tabs, n);
  });
}
