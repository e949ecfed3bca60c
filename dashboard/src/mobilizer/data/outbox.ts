import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { signedInUser } from "../../signin/users";
import { keepDuplicates } from "../people/duplicates";
import { openOutbox } from "../outbox/open";
import type { Outbox } from "../outbox/outbox";
import type { Sent } from "../outbox/pending";
import { campaignKey, forgetReading, updateCopy, type CampaignCopy } from "./campaign";
import { withDetailWrite, withWrite } from "./overlay";
import { personKey, type PersonDetails } from "./person";

/** applySent applies a write that the API has accepted to what the app has read. */
async function applySent(queries: QueryClient, campaign: string, { write, result }: Sent) {
  const key = campaignKey(campaign);
  const copy = queries.getQueryData<CampaignCopy>(key);
  if (!copy) return void forgetReading(campaign);
  const at = new Date().toISOString();
  // A read that began before the write may end after it, without its effect.
  const reading = queries.isFetching({ queryKey: key }) > 0;
  if (reading) await queries.cancelQueries({ queryKey: key });
  await updateCopy(queries, campaign, (present) => withWrite(present, write, at, result));
  if (reading) void queries.invalidateQueries({ queryKey: key });
  if (!("contact" in write)) return;
  const person = personKey(campaign, write.contact);
  await queries.cancelQueries({ queryKey: person });
  queries.setQueryData<PersonDetails>(person, (details) => details && withDetailWrite(details, copy.campaign, write, at, result));
  if (write.kind !== "remove") void queries.invalidateQueries({ queryKey: person });
}

/** useOpenOutbox opens the signed-in person's outbox of a campaign. It returns undefined until the outbox is open. */
export function useOpenOutbox(campaign: string): Outbox | undefined {
  const queries = useQueryClient();
  const [outbox, setOutbox] = useState<Outbox>();
  useEffect(() => {
    let stop: () => void = () => {};
    let left = false;
    const open = async () => {
      const user = await signedInUser();
      if (!user) return;
      const opened = await openOutbox(user, campaign);
      if (left) return;
      stop = opened.onSent((sent) => {
        void applySent(queries, campaign, sent);
        void keepDuplicates(queries, campaign, opened, sent);
      });
      setOutbox(opened);
    };
    void open();
    return () => {
      left = true;
      stop();
    };
  }, [queries, campaign]);
  return outbox;
}
