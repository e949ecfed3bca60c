import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useCampaign } from "../CampaignContext";
import { withDetailWrite } from "../data/overlay";
import { personQuery, type PersonDetails } from "../data/person";
import { isLocalId } from "../outbox/pending";

const none: PersonDetails = { responses: [], notes: [], answers: [] };

/** usePerson returns a contact's details, as they will be when all writes are sent. */
export function usePerson(contact: string) {
  const { id, campaign, pending } = useCampaign();
  const local = isLocalId(contact); // the API does not know the contact yet
  const { data, error, refetch } = useQuery({ ...personQuery(id, contact), enabled: !local });
  const read = local ? none : data;
  const details = useMemo(() => {
    const writes = [...pending.waiting, ...pending.old].filter(({ write }) => "contact" in write && write.contact === contact);
    return read && writes.reduce((present, { write, createdAt }) => withDetailWrite(present, campaign, write, new Date(createdAt).toISOString()), read);
  }, [read, pending, campaign, contact]);
  return { details, error, refetch };
}
