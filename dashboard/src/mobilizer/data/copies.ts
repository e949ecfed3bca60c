import { openDB, type DBSchema } from "idb";
import { signedInUser } from "../../signin/users";
import type { CampaignCopy } from "./campaign";

// The phone's copies of campaigns, by user: two people may share a phone.
interface Copies extends DBSchema {
  campaigns: { key: [user: string, campaign: string]; value: CampaignCopy };
}

const name = "kith-copies";

const open = () => openDB<Copies>(name, 1, { upgrade: (db) => void db.createObjectStore("campaigns") });

/** readCopy returns the copy of a campaign for the signed-in person; undefined if there is none. */
export async function readCopy(campaign: string): Promise<CampaignCopy | undefined> {
  const user = await signedInUser();
  if (!user) return undefined;
  const db = await open();
  try {
    return await db.get("campaigns", [user, campaign]);
  } finally {
    db.close();
  }
}

/** saveCopy replaces the copy of a campaign for the signed-in person. */
export async function saveCopy(copy: CampaignCopy): Promise<void> {
  const user = await signedInUser();
  if (!user) return;
  const db = await open();
  try {
    await db.put("campaigns", copy, [user, copy.campaign.id]);
  } finally {
    db.close();
  }
}

/** deleteCopies deletes all copies on this phone, of every person. */
export async function deleteCopies(): Promise<void> {
  const db = await open();
  try {
    await db.clear("campaigns");
  } finally {
    db.close();
  }
}
