import { ApiError, NetworkError } from "../../api/problem";
import { type Environment, Outbox } from "./outbox";
import type { Storage } from "./storage";
import type { Write } from "../data/writes";
import { isLocalId, withId } from "./pending";

/** Fault is how one request goes. lost-answer, crash-after: the request takes effect, and its answer does not arrive. */
export type Fault = "none" | "no-network" | "lost-answer" | "unavailable" | "throttled" | "crash-before" | "crash-after";

interface Person {
  name: string;
  answers: string[];
  notes: string[];
  plan: string;
}

export const refuse = (status: number, code: string, retryAfter?: number) =>
  new ApiError({ type: "about:blank", title: "", status, code, detail: code }, undefined, retryAfter);

/** FakeApi takes writes as the API does: a POST with a known key has no effect and gets the first answer. */
export class FakeApi {
  readonly people = new Map<string, Person>([["a", newPerson("a")], ["b", newPerson("b")]]);
  /** Every note that was ever written, also those of people who were removed later. */
  readonly written: string[] = [];
  private readonly replies = new Map<string, unknown>();
  private ids = 0;

  apply(write: Write, key: string): unknown {
    if (this.replies.has(key)) return this.replies.get(key);
    const reply = this.effect(write);
    if (write.kind === "add" || write.kind === "addNote") this.replies.set(key, reply);
    return reply;
  }

  private effect(write: Write): unknown {
    if (write.kind === "add") return { rows: write.people.map(({ first_name }) => this.add(first_name!)) };
    const person = this.people.get("contact" in write ? write.contact : "");
    if (!person) throw refuse(404, "not_found");
    switch (write.kind) {
      case "remove":
        return void this.people.delete(write.contact);
      case "addNote":
        this.written.push(write.content);
        return void person.notes.push(write.content);
      case "votePlan":
        person.plan = write.text;
        return;
      case "answer":
        if (write.response === "retired") throw refuse(409, "response_retired");
        if (person.answers.at(-1) !== write.response) person.answers.push(write.response);
        return;
      default:
        throw refuse(422, "unexpected");
    }
  }

  private add(name: string) {
    if (name.startsWith("bad")) return { result: "invalid", detail: "The name is not valid." };
    const id = `person-${++this.ids}`;
    this.people.set(id, newPerson(name));
    return { result: "added", id };
  }

  /** contents lists what is stored of each person, by name. */
  contents = () => [...this.people.values()].sort((a, b) => a.name.localeCompare(b.name));
}

const newPerson = (name: string): Person => ({ name, answers: [], notes: [], plan: "" });

/** Phone is a browser with tabs that share a storage, a clock and a network. */
export class Phone {
  online = true;
  clock = 1_000_000;
  private readonly faults: Fault[] = [];
  private readonly delays: number[] = [];
  private readonly timers = new Set<{ due: number; callback: () => void }>();
  private readonly listeners = new Set<(event: MessageEvent) => void>();
  private readonly changes = new Set<() => void>();
  private lock: Promise<void> = Promise.resolve();

  constructor(readonly api: FakeApi, readonly db: Storage) {}

  fail(...faults: Fault[]) {
    this.faults.push(...faults);
  }

  /** slow makes the next requests take this many turns each. */
  slow(...turns: number[]) {
    this.delays.push(...turns);
  }

  mend() {
    this.faults.length = 0;
    this.setOnline(true);
  }

  setOnline(online: boolean) {
    this.online = online;
    this.changes.forEach((callback) => callback());
  }

  /** pass lets time pass and runs the timers that are due. */
  pass(milliseconds: number) {
    this.clock += milliseconds;
    for (const timer of [...this.timers]) if (timer.due <= this.clock && this.timers.delete(timer)) timer.callback();
  }

  async openTab(): Promise<Tab> {
    let crash = () => {};
    const crashed = new Promise<void>((resolve) => (crash = resolve));
    const transport = (_: string, write: Write, key: string) => this.request(write, key, crash);
    return { outbox: await Outbox.open(this.db, "user", "campaign", transport, this.environment(crashed)), crashed };
  }

  private async request(write: Write, key: string, crash: () => void): Promise<unknown> {
    for (let turns = this.delays.shift() ?? 1; turns > 0; turns--) await new Promise(setImmediate);
    const fault = this.online ? this.faults.shift() ?? "none" : "no-network";
    const reply = fault === "none" || fault === "lost-answer" || fault === "crash-after" ? this.api.apply(write, key) : undefined;
    switch (fault) {
      case "none": return reply;
      case "unavailable": throw refuse(503, "unavailable");
      case "throttled": throw refuse(429, "rate_limited", 7);
      case "no-network": case "lost-answer": throw new NetworkError("no network");
      default:
        crash();
        return new Promise(() => {});
    }
  }

  private environment(crashed: Promise<void>): Environment {
    const mine = new Set<(event: MessageEvent) => void>();
    return {
      now: () => this.clock,
      canSend: () => this.online,
      exclusively: (work) => {
        const done = this.lock.then(() => work());
        this.lock = Promise.race([done.catch(() => {}), crashed]);
        return done;
      },
      onChange: (callback) => {
        this.changes.add(callback);
        return () => void this.changes.delete(callback);
      },
      setTimer: (callback, milliseconds) => {
        const timer = { due: this.clock + milliseconds, callback };
        this.timers.add(timer);
        return () => void this.timers.delete(timer);
      },
      channel: {
        postMessage: (data: unknown) => this.listeners.forEach((listener) => mine.has(listener) || listener({ data } as MessageEvent)),
        addEventListener: (_: string, listener: unknown) => {
          mine.add(listener as (event: MessageEvent) => void);
          this.listeners.add(listener as (event: MessageEvent) => void);
        },
        removeEventListener: (_: string, listener: unknown) => void this.listeners.delete(listener as (event: MessageEvent) => void),
        close() {},
      },
    };
  }
}

export interface Tab {
  outbox: Outbox;
  crashed: Promise<void>;
}

export interface Enqueued {
  write: Write;
  about: string;
}

/** runClean applies writes one after the other without a fault. It returns the names of those that are refused. */
export function runClean(api: FakeApi, writes: Enqueued[]): string[] {
  const ids = new Map<string, string>();
  const refused: string[] = [];
  for (const [n, { write, about }] of writes.entries()) {
    const resolved = withId(write, ids);
    if ("contact" in resolved && isLocalId(resolved.contact)) {
      refused.push(about);
      continue;
    }
    try {
      const reply = api.apply(resolved, `clean-${n}`) as { rows?: { id?: string }[] } | undefined;
      if (write.kind === "add") reply?.rows?.forEach(({ id }, row) => (id ? ids.set(write.locals[row]!, id) : refused.push(about)));
    } catch {
      if (write.kind !== "remove") refused.push(about);
    }
  }
  return refused;
}
