import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { signedInUser } from "../../signin/users";
import type { CampaignCopy } from "./campaign";
import type { PersonDetails } from "./person";

// The phone's copies of campaigns and contacts, by user: two people may share a phone.
interface Copies extends DBSchema {
  campaigns: { key: [user: string, campaign: string]; value: CampaignCopy };
  people: { key: [user: string, campaign: string, contact: string]; value: PersonDetails };
}

/** withCopies runs work on the signed-in person's copies. It returns undefined if nobody is signed in. */
async function withCopies<T>(work: (db: IDBPDatabase<Copies>, user: string) => Promise<T>): Promise<T | undefined> {
  const user = await signedInUser();
  if (!user) return undefined;
  const db = await openCopies();
  try {
    return await work(db, user);
  } finally {
    db.close();
  }
}

const openCopies = () => openDB<Copies>("kith-copies", 1, {
  upgrade(db) {
    db.createObjectStore("campaigns");
    db.createObjectStore("people");
  },
});

/** readCopy returns the copy of a campaign; undefined if there is none. */
export const readCopy = (campaign: string) => withCopies((db, user) => db.get("campaigns", [user, campaign]));

/** saveCopy replaces the copy of a campaign. */
export const saveCopy = (copy: CampaignCopy) => withCopies((db, user) => db.put("campaigns", copy, [user, copy.campaign.id]));

/** readDetails returns the copy of a contact's details; undefined if there is none. */
export const readDetails = (campaign: string, contact: string) => withCopies((db, user) => db.get("people", [user, campaign, contact]));

/** saveDetails replaces the copy of a contact's details. */
export const saveDetails = (campaign: string, contact: string, details: PersonDetails) =>
  withCopies((db, user) => db.put("people", details, [user, campaign, contact]));

/** deleteCopies deletes all copies on this phone, of every person. */
export async function deleteCopies(): Promise<void> {
  const db = await openCopies();
  try {
    await Promise.all([db.clear("campaigns"), db.clear("people")]);
  } finally {
    db.close();
  }
}
