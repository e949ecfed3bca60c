import { setStaysSignedIn, signOut, staysSignedIn } from "../../signin/users";
import { deleteToday } from "../next/useToday";
import { wipeOutboxes } from "../outbox/open";
import { deleteCopies } from "./copies";
import { forgetCampaigns } from "./lastCampaign";

/**
 * wipeUnlessKept deletes the copies that an earlier sign-in left on this phone, unless the person chose to stay signed in. What
 * has not been sent stays until the person who wrote it signs in again.
 */
export async function wipeUnlessKept() {
  if (staysSignedIn()) return;
  await deleteCopies();
  deleteToday();
}

/** leavePhone signs the person out and deletes everything that the app keeps on this phone. */
export async function leavePhone() {
  await wipeOutboxes();
  await deleteCopies();
  deleteToday();
  setStaysSignedIn(false);
  forgetCampaigns();
  await signOut();
}
