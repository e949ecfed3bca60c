import { staysSignedIn } from "../../signin/users";
import { deleteCopies } from "./copies";

/** wipeUnlessKept deletes what an earlier sign-in left on this phone, unless the person chose to stay signed in. */
export async function wipeUnlessKept() {
  if (!staysSignedIn()) await deleteCopies();
}
