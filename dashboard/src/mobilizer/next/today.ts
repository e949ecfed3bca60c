import type { QueueEntry } from "./queue";

/** Today is what the person did on the Next page today, and whom they put off. */
export interface Today {
  /** The day on this phone, such as 2026-11-03. */
  day: string;
  /** Contacts skipped, in order. */
  skipped: string[];
  /** Contacts put off, with the instant at which they come back. */
  putOff: Record<string, string>;
  /** Contacts talked to. */
  done: string[];
  /** Whether the person goes on after the day's ten. */
  goesOn: boolean;
}

/** enoughForToday is the number of contacts after which the page says that the person is done for today. */
export const enoughForToday = 10;

const dayOf = (now: Date) => `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;

/** newDay returns today's state: the present one, or on a new day an empty one with those who are still put off. */
export function newDay(stored: Today | undefined, now: Date): Today {
  const day = dayOf(now);
  if (stored?.day === day) return stored;
  const putOff = Object.fromEntries(Object.entries(stored?.putOff ?? {}).filter(([, until]) => until > now.toISOString()));
  return { day, skipped: [], putOff, done: [], goesOn: false };
}

/** skip puts a contact at the end of today's queue. */
export const skip = (today: Today, contact: string): Today => ({ ...today, skipped: [...today.skipped.filter((id) => id !== contact), contact] });

/** putOffAWeek hides a contact for seven days. */
export function putOffAWeek(today: Today, contact: string, now: Date): Today {
  const until = new Date(now.getTime() + 7 * 86_400_000).toISOString();
  return { ...today, putOff: { ...today.putOff, [contact]: until } };
}

/** finish notes that the person talked to a contact, who comes again only after everyone else. */
export const finish = (today: Today, contact: string): Today => ({ ...skip(today, contact), done: [...new Set([...today.done, contact])] });

/** arrange returns the queue of today: without those put off, and with those skipped at the end. */
export function arrange(entries: QueueEntry[], today: Today, now: Date): QueueEntry[] {
  const present = entries.filter(({ contact }) => !((today.putOff[contact.id] ?? "") > now.toISOString()));
  const position = (entry: QueueEntry) => today.skipped.indexOf(entry.contact.id);
  return [...present.filter((e) => position(e) < 0), ...present.filter((e) => position(e) >= 0).sort((a, b) => position(a) - position(b))];
}
