import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { ContactButtons } from "../person/ContactButtons";
import { ItemCard } from "../person/ItemCard";
import { KeyQuestion } from "../person/KeyQuestion";
import { MatchLine } from "../person/MatchLine";
import { NoteForm } from "../person/NoteForm";
import { noteDraft, useAddNote } from "../person/Notes";
import { fullName } from "../people/names";
import { Link } from "../ui/Link";
import type { Reason } from "./queue";
import { ReasonText } from "./ReasonText";

const secondsAfterAnswer = 4;

interface NextCardProps {
  contact: Contact;
  reason: Reason;
  /** Whether the name takes the focus. */
  focus: boolean;
  onDone: () => void;
  onSkip: () => void;
  onNextWeek: () => void;
}

/** NextCard shows one contact with the reason and what to do. After an answer it stays four seconds, or as long as a note is being written. */
export function NextCard({ contact, reason, focus, onDone, onSkip, onNextWeek }: NextCardProps) {
  const { t } = useLingui();
  const { id } = useCampaign();
  const heading = useRef<HTMLHeadingElement>(null);
  const [noting, setNoting] = useState(false);
  const [draft, setDraft] = useState(false);
  const [answered, setAnswered] = useState(false);
  const addNote = useAddNote(contact);
  useEffect(() => {
    if (focus) heading.current?.focus();
  }, [focus]);
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    if (!answered || draft) return;
    const timer = setTimeout(() => done.current(), secondsAfterAnswer * 1000);
    return () => clearTimeout(timer);
  }, [answered, draft]);
  const saved = { onSaved: () => setAnswered(true), onUndo: () => setAnswered(false) };
  const closeNote = () => {
    setNoting(false);
    setDraft(false);
  };
  const saveNote = (content: string) => {
    closeNote();
    void addNote(content);
  };
  return (
    <article className="next-card">
      <h2 ref={heading} tabIndex={-1}><Link to={{ screen: "person", campaign: id, contact: contact.id }}>{fullName(contact)}</Link></h2>
      <MatchLine contact={contact} />
      <p><ReasonText contact={contact} reason={reason} /></p>
      <ContactButtons contact={contact} />
      {reason.kind === "item" && <ItemCard item={reason.item} contact={contact} {...saved} />}
      {(reason.kind === "ask" || reason.kind === "again") && <KeyQuestion contact={contact} {...saved} />}
      {reason.kind === "match" && <Link className="button primary" to={{ screen: "match", campaign: id }}><Trans>Look up in the voter file</Trans></Link>}
      {noting && <NoteForm draft={noteDraft(contact)} onSave={saveNote} onCancel={closeNote} onDraft={setDraft} />}
      <div className="actions even tight" role="group" aria-label={t`Other`}>
        {!noting && <button type="button" className="quiet" onClick={() => setNoting(true)}><Trans>+ Note</Trans></button>}
        {answered ? <button type="button" onClick={onDone}><Trans>Next person</Trans></button> : (
          <>
            <button type="button" className="quiet" onClick={onSkip}><Trans>Skip</Trans></button>
            <button type="button" className="quiet" onClick={onNextWeek}><Trans>Next week</Trans></button>
          </>
        )}
      </div>
    </article>
  );
}
