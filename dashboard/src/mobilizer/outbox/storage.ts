import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { PendingWrite } from "./pending";

/** StoredId is the id that the API gave for a local id. */
interface StoredId {
  account: string;
  local: string;
  id: string;
}

interface Schema extends DBSchema {
  writes: { key: number; value: PendingWrite; indexes: { account: string; key: string } };
  ids: { key: [account: string, local: string]; value: StoredId; indexes: { account: string } };
  drafts: { key: [account: string, name: string]; value: { account: string; name: string; value: unknown }; indexes: { account: string } };
}

/** Storage holds the writes, the ids and the drafts of all accounts on this phone. An account is a user in a campaign. */
export type Storage = IDBPDatabase<Schema>;

export function openStorage(name = "kith-outbox"): Promise<Storage> {
  return openDB<Schema>(name, 1, {
    upgrade(db) {
      const writes = db.createObjectStore("writes", { keyPath: "number", autoIncrement: true });
      writes.createIndex("account", "account");
      writes.createIndex("key", "key", { unique: true });
      db.createObjectStore("ids", { keyPath: ["account", "local"] }).createIndex("account", "account");
      db.createObjectStore("drafts", { keyPath: ["account", "name"] }).createIndex("account", "account");
    },
  });
}

export interface Contents {
  writes: PendingWrite[];
  ids: Map<string, string>;
}

/** readContents returns an account's writes in order, and its ids. */
export async function readContents(db: Storage, account: string): Promise<Contents> {
  const tx = db.transaction(["writes", "ids"]);
  const [writes, ids] = await Promise.all([
    tx.objectStore("writes").index("account").getAll(account),
    tx.objectStore("ids").index("account").getAll(account),
  ]);
  return { writes, ids: new Map(ids.map(({ local, id }) => [local, id])) };
}

/** addWrite stores a write and returns its number. A write with a key that is stored already is not stored again. */
export async function addWrite(db: Storage, pending: Omit<PendingWrite, "number">): Promise<number> {
  const tx = db.transaction("writes", "readwrite");
  const present = await tx.store.index("key").getKey(pending.key);
  const number = present ?? (await tx.store.add(pending as PendingWrite));
  await tx.done;
  return number;
}

/** updateWrite changes a stored write. change returns the new write, undefined to keep it, or null to delete it. */
export async function updateWrite(db: Storage, number: number, change: (pending: PendingWrite) => PendingWrite | null | undefined): Promise<PendingWrite | null | undefined> {
  const tx = db.transaction("writes", "readwrite");
  const write = await tx.store.get(number);
  const changed = write && change(write);
  if (changed) await tx.store.put(changed);
  if (changed === null) await tx.store.delete(number);
  await tx.done;
  return changed;
}

/** completeWrite stores the ids that the API gave and deletes the sent write, or puts in its place what the API refused. */
export async function completeWrite(db: Storage, pending: PendingWrite, ids: [local: string, id: string][], refused?: PendingWrite) {
  const tx = db.transaction(["writes", "ids"], "readwrite");
  for (const [local, id] of ids) await tx.objectStore("ids").put({ account: pending.account, local, id });
  if (refused) await tx.objectStore("writes").put(refused);
  else await tx.objectStore("writes").delete(pending.number);
  await tx.done;
}

/** wipe deletes everything of an account, or of every account. */
export async function wipe(db: Storage, account?: string) {
  const tx = db.transaction(["writes", "ids", "drafts"], "readwrite");
  for (const name of ["writes", "ids", "drafts"] as const) {
    const store = tx.objectStore(name);
    if (account === undefined) await store.clear();
    else for (const key of await store.index("account").getAllKeys(account)) await store.delete(key as never);
  }
  await tx.done;
}
