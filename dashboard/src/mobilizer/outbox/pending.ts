import type { FieldProblem } from "../../api/problem";
import type { Write } from "../data/writes";

/** Refusal is why the API did not accept a write. */
export interface Refusal {
  code: string;
  status: number;
  detail: string;
  errors: FieldProblem[];
}

/** Options of a write that is put into the outbox. */
export interface WriteOptions {
  /** The person's name, shown while the write waits. */
  about: string;
  /** The instant before which the write is not sent, in milliseconds, so that it can be cancelled. */
  notBefore?: number;
  /** The Idempotency-Key, if a draft has one. A second write with the same key is not stored. */
  key?: string;
}

/** PendingWrite is a stored write that the API has not accepted. Its number gives the order. */
export interface PendingWrite extends WriteOptions {
  number: number;
  account: string;
  campaign: string;
  write: Write;
  key: string;
  createdAt: number;
  state: "waiting" | "sending" | "refused";
  attempts: number;
  /** The person asked to send it although it is old. */
  confirmed?: boolean;
  refusal?: Refusal;
  /** Of an add, the reason of each person whom the API refused. */
  rows?: Refusal[];
}

/** Sent is a write that the API accepted, with the API's ids in place of local ones, and its answer. */
export interface Sent {
  write: Write;
  result: unknown;
}

const localPrefix = "local-";

/** newLocalId returns the id of a contact that the API has not given an id yet. */
export const newLocalId = () => localPrefix + crypto.randomUUID();

export const isLocalId = (id: string) => id.startsWith(localPrefix);

/** lanesOf returns the subjects of a write: contacts, or the mobilizer. Writes that share a lane are sent in order. */
export function lanesOf(write: Write): string[] {
  if (write.kind === "add") return write.locals;
  return ["contact" in write ? write.contact : "me"];
}

/** withId returns a write about a contact under the API's id for it. */
export const withId = (write: Write, ids: ReadonlyMap<string, string>): Write =>
  "contact" in write ? { ...write, contact: ids.get(write.contact) ?? write.contact } : write;

const maxAge = 30 * 24 * 60 * 60 * 1000;

/** isOld reports whether the API may have forgotten the write's key, so that sending it again could repeat it. */
export const isOld = (pending: PendingWrite, now: number) => !pending.confirmed && now - pending.createdAt > maxAge;
