import { Plural, Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { useRemove } from "../person/useRemove";
import { Link } from "../ui/Link";
import { dropDuplicate, type DuplicatePair, duplicatesQuery } from "./duplicates";
import { fullName } from "./names";

/** DuplicatesNotice shows which contacts the API found to be likely the same as others, until the mobilizer decides. */
export function DuplicatesNotice() {
  const { id, contacts, outbox, editable } = useCampaign();
  const queries = useQueryClient();
  const { data } = useQuery(duplicatesQuery(id, outbox));
  const find = (contact: string | undefined) => contacts.find((c) => c.id === contact);
  const shown = (data ?? []).flatMap((pair) => {
    const contact = find(pair.contact);
    return contact && (!pair.other || find(pair.other)) ? [{ pair, contact }] : [];
  });
  if (shown.length === 0 || !editable) return null;
  return (
    <section className="card notice">
      <h2><Plural value={shown.length} one="Perhaps the same person twice" other="Perhaps the same people twice" /></h2>
      {shown.map(({ pair, contact }) => (
        <Pair key={pair.contact + pair.entry} pair={pair} contact={contact} other={find(pair.other)} onKeep={() => void dropDuplicate(queries, id, outbox, pair)} />
      ))}
      <p className="muted"><Trans>Only this phone asks about this.</Trans></p>
    </section>
  );
}

interface PairProps {
  pair: DuplicatePair;
  contact: Contact;
  other?: Contact;
  onKeep: () => void;
}

function Pair({ pair, contact, other, onKeep }: PairProps) {
  const { id } = useCampaign();
  const remove = useRemove(contact);
  const name = <Link to={{ screen: "person", campaign: id, contact: contact.id }}>{fullName(contact)}</Link>;
  const otherName = other ? <Link to={{ screen: "person", campaign: id, contact: other.id }}>{fullName(other)}</Link> : fullName(pair);
  return (
    <>
      <p>
        {pair.same === "voter" && <Trans>{name} and {otherName} are matched to the same voter.</Trans>}
        {pair.same === "phone" && (other ? <Trans>{name} and {otherName} have the same phone number.</Trans> : <Trans>{name} has the same phone number as {otherName} of your address book.</Trans>)}
        {pair.same === "email" && (other ? <Trans>{name} and {otherName} have the same email address.</Trans> : <Trans>{name} has the same email address as {otherName} of your address book.</Trans>)}
      </p>
      <div className="actions">
        {pair.same !== "voter" && <button type="button" className="danger" onClick={() => void remove()}><Trans>Remove the new one</Trans></button>}
        <button type="button" onClick={onKeep}><Trans>Keep both</Trans></button>
      </div>
    </>
  );
}
