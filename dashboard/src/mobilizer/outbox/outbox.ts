import { ApiError } from "../../api/problem";
import type { Write } from "../data/writes";
import { notAddedCode, Sender, type Transport } from "./sender";
import { addWrite, type Contents, readContents, type Storage, updateWrite, wipe } from "./storage";
import { isOld, type PendingWrite, type Sent, type WriteOptions } from "./pending";

/** Environment is what the outbox needs of the browser. Tests replace it. */
export interface Environment {
  now(): number;
  /** Reports whether the phone is online and the app visible. */
  canSend(): boolean;
  /** Runs work while no other tab runs work. */
  exclusively(work: () => Promise<void>): Promise<void>;
  /** Calls back when canSend may have changed. */
  onChange(callback: () => void): () => void;
  channel: Pick<BroadcastChannel, "postMessage" | "addEventListener" | "removeEventListener" | "close">;
  setTimer(callback: () => void, milliseconds: number): () => void;
}

/** Snapshot is the outbox at one moment. */
export interface Snapshot {
  /** Writes that will be sent, in order. */
  waiting: PendingWrite[];
  /** Writes older than 30 days, which are sent only after confirmOld. */
  old: PendingWrite[];
  /** Writes that the API refused. */
  refused: PendingWrite[];
  /** The API's ids by local id. */
  ids: ReadonlyMap<string, string>;
}

type Message = { changed: string; sent?: Sent };

const networkRetry = 30_000;

/** Outbox keeps one account's writes until the API has accepted them. */
export class Outbox {
  private snapshot: Snapshot = { waiting: [], old: [], refused: [], ids: new Map() };
  private readonly listeners = new Set<() => void>();
  private readonly sentListeners = new Set<(sent: Sent) => void>();
  private readonly sender: Sender;
  private readonly stops: (() => void)[] = [];
  private stopTimer: () => void = () => {};
  private sending?: Promise<void>;
  private again = false;
  private closed = false;
  private signedOut = false;

  private constructor(
    private readonly db: Storage,
    readonly account: string,
    private readonly campaign: string,
    transport: Transport,
    private readonly environment: Environment,
  ) {
    this.sender = new Sender(db, account, transport, environment.now, (sent) => this.publish(sent));
    const receive = ({ data }: MessageEvent<Message>) => void (data.changed === account && this.receive(data));
    environment.channel.addEventListener("message", receive as (event: Event) => void);
    this.stops.push(() => environment.channel.removeEventListener("message", receive as (event: Event) => void));
    this.stops.push(environment.onChange(() => void this.send()));
  }

  /** open returns the outbox of a user in a campaign, and begins to send. */
  static async open(db: Storage, user: string, campaign: string, transport: Transport, environment: Environment): Promise<Outbox> {
    const outbox = new Outbox(db, `${user}/${campaign}`, campaign, transport, environment);
    await outbox.refresh();
    void outbox.send();
    return outbox;
  }

  /** close ends sending and listening. The writes stay. */
  close() {
    this.closed = true;
    this.stopTimer();
    this.stops.forEach((stop) => stop());
    this.environment.channel.close();
  }

  readonly current = () => this.snapshot;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** onSent calls back for each write that the API accepted, in this tab or in another. */
  onSent(listener: (sent: Sent) => void) {
    this.sentListeners.add(listener);
    return () => void this.sentListeners.delete(listener);
  }

  /** resolve returns the API's id for a local id once it is known, else the id itself. */
  resolve = (id: string) => this.snapshot.ids.get(id) ?? id;

  /** enqueue stores a write, begins to send it and returns its number. */
  async enqueue(write: Write, options: WriteOptions): Promise<number> {
    const number = await addWrite(this.db, {
      key: crypto.randomUUID(), ...options, write, account: this.account, campaign: this.campaign,
      createdAt: this.environment.now(), state: "waiting", attempts: 0,
    });
    await this.changed();
    return number;
  }

  /**
   * cancel deletes a write that no request was made for, and reports whether it did. If it did not, the API may have the
   * write, and the caller must enqueue the opposite.
   */
  async cancel(number: number): Promise<boolean> {
    const cancelled = await updateWrite(this.db, number, (w) => (w.state === "waiting" && w.attempts === 0 ? null : undefined));
    await this.changed();
    return cancelled === null;
  }

  /** retry sends a refused write again. A changed write gets a new key. */
  async retry(number: number, write?: Write) {
    await updateWrite(this.db, number, (w) => {
      if (w.state !== "refused") return undefined;
      const { refusal: _, rows: __, ...rest } = w;
      return { ...rest, ...(write && { write, key: crypto.randomUUID() }), state: "waiting", attempts: 0 };
    });
    await this.changed();
  }

  /** resubmit puts an add in the place of a refused one. The writes that wait for the people it adds are sent after it. */
  async resubmit(number: number, add: Extract<Write, { kind: "add" }>, options: WriteOptions) {
    const dependents = this.snapshot.refused.filter(({ refusal, write }) =>
      refusal?.code === notAddedCode && "contact" in write && add.locals.includes(write.contact));
    await this.discard(number);
    await this.enqueue(add, options);
    for (const dependent of dependents) await this.retry(dependent.number);
  }

  /** discard deletes a refused or an old write. */
  async discard(number: number) {
    await updateWrite(this.db, number, (w) => (w.state === "refused" || isOld(w, this.environment.now()) ? null : undefined));
    await this.changed();
  }

  /** confirmOld lets the writes that are older than 30 days be sent. */
  async confirmOld() {
    for (const { number } of this.snapshot.old) await updateWrite(this.db, number, (w) => ({ ...w, confirmed: true }));
    await this.changed();
  }

  /** discardOld deletes the writes that are older than 30 days. */
  async discardOld() {
    for (const { number } of this.snapshot.old) await this.discard(number);
  }

  /** wipe deletes the account's writes, ids and drafts. */
  async wipe() {
    await wipe(this.db, this.account);
    await this.changed();
  }

  async readDraft<T>(name: string): Promise<T | undefined> {
    return (await this.db.get("drafts", [this.account, name]))?.value as T | undefined;
  }

  async writeDraft(name: string, value: unknown) {
    if (value === undefined) await this.db.delete("drafts", [this.account, name]);
    else await this.db.put("drafts", { account: this.account, name, value });
  }

  /** signedIn lets sending go on after the sign-in had ended. */
  signedIn() {
    this.signedOut = false;
    return this.send();
  }

  /** send sends what can be sent now. It returns when that has been tried. */
  send(): Promise<void> {
    if (this.closed || this.signedOut || !this.environment.canSend()) return Promise.resolve();
    if (this.sending) {
      this.again = true;
      return this.sending;
    }
    this.sending = this.run();
    return this.sending;
  }

  private async run() {
    do {
      this.again = false;
      let next: number | undefined;
      try {
        await this.environment.exclusively(async () => {
          next = await this.sender.sendAll(() => !this.closed && this.environment.canSend());
        });
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) this.signedOut = true;
        else next = this.environment.now() + networkRetry;
        this.again = false;
      }
      this.schedule(next);
      if (!this.closed) await this.publish();
    } while (this.again);
    this.sending = undefined;
  }

  private schedule(next: number | undefined) {
    this.stopTimer();
    if (next === undefined || this.closed) return;
    this.stopTimer = this.environment.setTimer(() => void this.send(), Math.max(0, next - this.environment.now()));
  }

  private async changed() {
    await this.publish();
    void this.send();
  }

  private async publish(sent?: Sent) {
    if (!this.closed) this.environment.channel.postMessage({ changed: this.account, sent } satisfies Message);
    await this.receive({ sent });
  }

  // The effect of a sent write is shown before the write is no longer shown as waiting, so that nothing disappears in between.
  private async receive({ sent }: Pick<Message, "sent">) {
    if (sent) this.sentListeners.forEach((listener) => listener(sent));
    await this.refresh();
  }

  private async refresh() {
    this.snapshot = snapshotOf(await readContents(this.db, this.account), this.environment.now());
    this.listeners.forEach((listener) => listener());
  }
}

function snapshotOf({ writes, ids }: Contents, now: number): Snapshot {
  const pending = writes.filter((w) => w.state !== "refused");
  return {
    waiting: pending.filter((w) => !isOld(w, now)),
    old: pending.filter((w) => isOld(w, now)),
    refused: writes.filter((w) => w.state === "refused"),
    ids,
  };
}
