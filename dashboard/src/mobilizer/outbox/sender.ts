import { ApiError } from "../../api/problem";
import type { Result, Write } from "../data/writes";
import { isLocalId, isOld, lanesOf, type PendingWrite, type Refusal, type Sent, withId } from "./pending";
import { namesOf } from "../people/names";
import { completeWrite, type Contents, readContents, type Storage, updateWrite } from "./storage";

/** Transport makes a write's request. It fails with ApiError or NetworkError. */
export type Transport = (campaign: string, write: Write, key: string) => Promise<unknown>;

/** notAddedCode is the code of writes about a contact whose creation was refused. */
export const notAddedCode = "contact_not_added";

const firstDelay = 2_000;
const longestDelay = 5 * 60_000;
const temporaryStatuses = [401, 408, 425, 429];
const removals: Write["kind"][] = ["remove", "deleteNote", "withdraw"];

/** Sender sends one account's writes. Only one sender may run at a time. */
export class Sender {
  /** The instants before which writes that failed are not tried again. */
  private readonly retries = new Map<number, number>();

  constructor(
    private readonly db: Storage,
    private readonly account: string,
    private readonly transport: Transport,
    private readonly now: () => number,
    private readonly onSent: (sent: Sent) => Promise<void>,
  ) {}

  /**
   * sendAll sends every write that can be sent. It returns the instant at which the next one can be tried, or undefined. It
   * stops and fails when there is no network, and with status 401 when the sign-in has ended.
   */
  async sendAll(mayContinue: () => boolean): Promise<number | undefined> {
    while (mayContinue()) {
      const contents = await readContents(this.db, this.account);
      const { chosen, next } = this.choose(contents);
      if (!chosen) return next;
      await this.sendOne(chosen, contents);
    }
    return undefined;
  }

  /** choose returns the first write that no earlier write of its lanes holds up, or the instant of the next try. */
  private choose({ writes, ids }: Contents): { chosen?: PendingWrite; next?: number } {
    const busy = new Set<string>();
    let next: number | undefined;
    for (const pending of writes.filter((w) => w.state !== "refused")) {
      const lanes = lanesOf(withId(pending.write, ids));
      const notBefore = Math.max(pending.notBefore ?? 0, this.retries.get(pending.number) ?? 0);
      const held = isOld(pending, this.now()) || lanes.some((lane) => busy.has(lane) || isBeingAdded(lane, pending, writes));
      if (!held && notBefore <= this.now()) return { chosen: pending };
      if (!held) next = Math.min(next ?? notBefore, notBefore);
      lanes.forEach((lane) => busy.add(lane));
    }
    return { next };
  }

  private async sendOne(chosen: PendingWrite, { ids }: Contents) {
    const write = withId(chosen.write, ids);
    if ("contact" in write && isLocalId(write.contact)) return this.refuse(chosen, { code: notAddedCode, status: 0, detail: "", errors: [] });
    const pending = await updateWrite(this.db, chosen.number, (w) => (w.state === "refused" ? undefined : { ...w, state: "sending", attempts: w.attempts + 1 }));
    if (!pending) return; // cancelled since it was read
    try {
      await this.complete(pending, write, await this.transport(pending.campaign, write, pending.key));
    } catch (error) {
      await this.fail(pending, write, error);
    }
  }

  private async complete(pending: PendingWrite, write: Write, result: unknown) {
    if (write.kind === "add") await completeWrite(this.db, pending, createdIds(write.locals, result), withoutAdded(pending, result));
    else await completeWrite(this.db, pending, []);
    this.retries.delete(pending.number);
    await this.onSent({ write, result });
  }

  private async fail(pending: PendingWrite, write: Write, error: unknown) {
    if (error instanceof ApiError && error.status === 404 && removals.includes(write.kind)) return this.complete(pending, write, undefined);
    if (error instanceof ApiError && error.status < 500 && !temporaryStatuses.includes(error.status)) {
      return this.refuse(pending, { code: error.code, status: error.status, detail: error.problem.detail, errors: error.fields });
    }
    await updateWrite(this.db, pending.number, (w) => ({ ...w, state: "waiting" }));
    if (!(error instanceof ApiError) || error.status === 401) throw error;
    const delay = error.retryAfter ? error.retryAfter * 1000 : Math.min(longestDelay, firstDelay * 2 ** (pending.attempts - 1));
    this.retries.set(pending.number, this.now() + delay);
  }

  private async refuse({ number }: PendingWrite, refusal: Refusal) {
    await updateWrite(this.db, number, (w) => ({ ...w, state: "refused", refusal }));
  }
}

/** isBeingAdded reports whether another write will add the contact with this local id. */
const isBeingAdded = (lane: string, pending: PendingWrite, writes: PendingWrite[]) =>
  isLocalId(lane) && writes.some((w) => w.number !== pending.number && w.state !== "refused" && w.write.kind === "add" && w.write.locals.includes(lane));

type Report = Result<Extract<Write, { kind: "add" }>>;

const createdIds = (locals: string[], result: unknown) =>
  (result as Report).rows.flatMap(({ result: status, id }, n): [string, string][] => (status === "added" && id && locals[n] ? [[locals[n], id]] : []));

/** withoutAdded returns what an add keeps of its people: those whom the API refused, with the reasons; undefined if none. */
function withoutAdded(pending: PendingWrite, result: unknown): PendingWrite | undefined {
  const { write } = pending;
  const { rows } = result as Report;
  const refused = rows.filter((row) => row.result !== "added");
  if (refused.length === 0 || write.kind !== "add") return undefined;
  const isRefused = (_: unknown, n: number) => rows[n]?.result !== "added";
  const people = write.people.filter(isRefused);
  return {
    ...pending, key: crypto.randomUUID(), state: "refused", attempts: 0, about: namesOf(people),
    write: { ...write, people, locals: write.locals.filter(isRefused) },
    rows: refused.map(({ result: code, detail, errors }) => ({ code, status: 422, detail: detail ?? "", errors: errors ?? [] })),
  };
}
