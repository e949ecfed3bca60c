import { sendWrite } from "../data/writes";
import { browserEnvironment, requestPersistence } from "./environment";
import { Outbox } from "./outbox";
import { openStorage, wipe } from "./storage";

let storage: ReturnType<typeof openStorage> | undefined;

const sharedStorage = () => (storage ??= openStorage());

const outboxes = new Map<string, Promise<Outbox>>();

/** openOutbox returns the outbox of a user in a campaign. It sends while the page is open. */
export function openOutbox(user: string, campaign: string): Promise<Outbox> {
  const account = `${user}/${campaign}`;
  const open = outboxes.get(account) ?? sharedStorage().then((db) => Outbox.open(db, user, campaign, sendWrite, browserEnvironment()));
  outboxes.set(account, open);
  void requestPersistence();
  return open;
}

/** wipeOutboxes deletes the writes, the ids and the drafts of every account on this phone. */
export const wipeOutboxes = async () => wipe(await sharedStorage());
