import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import { Link } from "../ui/Link";
import { Page } from "../ui/Page";
import { DoneForToday } from "./DoneForToday";
import { NextCard } from "./NextCard";
import { queue } from "./queue";
import { arrange, enoughForToday, finish, putOffAWeek, skip } from "./today";
import { useToday } from "./useToday";

/** NextPage shows the contacts to talk to, one at a time. */
export function NextPage() {
  const { t } = useLingui();
  const { id, campaign, contacts, outbox, editable } = useCampaign();
  const [today, change] = useToday();
  const now = new Date();
  const entries = editable ? arrange(queue(campaign, contacts, now), today, now) : [];
  // The card stays while its contact is no longer next, such as after an answer that can be undone.
  const [shown, setShown] = useState(entries[0]);
  const [count, setCount] = useState(0);
  const contactOf = (entry = shown) => contacts.find((c) => c.id === entry?.contact.id || c.id === outbox.resolve(entry?.contact.id ?? ""));
  const entry = editable && contactOf() ? shown : entries[0];
  const contact = entry && contactOf(entry);
  const enough = today.done.length >= enoughForToday && !today.goesOn;

  const advance = (next: typeof today) => {
    setShown(arrange(queue(campaign, contacts, now), next, now).find((e) => e.contact.id !== contact?.id));
    setCount(count + 1);
  };
  const leave = (step: (state: typeof today) => typeof today) => {
    change(step);
    advance(step(today));
  };

  if (contacts.length === 0 && editable) return <FirstPeople />;
  const position = Math.min(today.done.length + 1, enoughForToday);
  const total = Math.min(enoughForToday, today.done.length + entries.length);
  return (
    <Page title={t`Who next?`} small={!enough && contact !== undefined} aside={contact && !enough && !today.goesOn && <p className="muted"><Trans>{position} of {total}</Trans></p>}>
      {enough && <DoneForToday today={today} onGoOn={entries.length > 0 ? () => change((state) => ({ ...state, goesOn: true })) : undefined} />}
      {!enough && entry && contact && (
        <NextCard
          key={`${entry.contact.id}/${count}`} contact={contact} reason={entry.reason} focus={count > 0}
          onDone={() => leave((state) => finish(state, contact.id))}
          onSkip={() => leave((state) => skip(state, contact.id))}
          onNextWeek={() => leave((state) => putOffAWeek(state, contact.id, now))}
        />
      )}
      {!enough && !contact && (
        <>
          <p>{editable ? <Trans>There is nobody to talk to now.</Trans> : <Trans>There is nothing to do here any more.</Trans>}</p>
          <p className="actions">
            {editable && <Link className="button primary" to={{ screen: "add", campaign: id }}><Trans>Add people</Trans></Link>}
            <Link className="button" to={{ screen: "people", campaign: id }}><Trans>All my people</Trans></Link>
          </p>
        </>
      )}
    </Page>
  );
}

/** FirstPeople is the first visit: nobody is added yet. */
function FirstPeople() {
  const { t } = useLingui();
  const { id, campaign } = useCampaign();
  return (
    <Page title={t`Welcome`}>
      <section className="card">
        <h2><Trans>Add three people you would call today</Trans></h2>
        <p><Trans>{campaign.name} works by people who talk to people they know. Begin with three names; a phone number can come later.</Trans></p>
        <p className="muted"><Trans>We never write to the people you add. Only you see their phone numbers and email addresses.</Trans></p>
        <Link className="button primary" to={{ screen: "add", campaign: id }}><Trans>Add people</Trans></Link>
      </section>
    </Page>
  );
}
