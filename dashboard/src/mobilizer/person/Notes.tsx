import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { Parts } from "../../ui/Parts";
import { useFormat } from "../../ui/format";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { isWaitingId } from "../data/overlay";
import { useSave } from "../data/useSave";
import { fullName } from "../people/names";
import { NoteForm } from "./NoteForm";

interface NotesProps {
  contact: Contact;
  /** Undefined while they load, or when they can't be loaded. */
  notes?: Schemas["Note"][];
}

/** useAddNote returns a function that stores a new note about a contact. */
export function useAddNote(contact: Contact) {
  const save = useSave();
  return (content: string) => save(fullName(contact), { kind: "addNote", contact: contact.id, content });
}

/** noteDraft names the draft of a new note about a contact. */
export const noteDraft = (contact: Contact) => `note ${contact.id}`;

/** Notes shows the notes about a contact, newest first, and asks for another. */
export function Notes({ contact, notes }: NotesProps) {
  const { editable } = useCampaign();
  const [adding, setAdding] = useState(false);
  const addNote = useAddNote(contact);
  const add = (content: string) => {
    setAdding(false);
    void addNote(content);
  };
  return (
    <section>
      <h2><Trans>Notes</Trans></h2>
      {editable && !adding && <button type="button" onClick={() => setAdding(true)}><Trans>Add a note</Trans></button>}
      {adding && <NoteForm draft={noteDraft(contact)} onSave={add} onCancel={() => setAdding(false)} />}
      {notes?.length === 0 && <p className="muted"><Trans>No notes yet.</Trans></p>}
      {notes?.map((note) => <NoteCard key={note.id} note={note} contact={contact} />)}
    </section>
  );
}

function NoteCard({ note, contact }: { note: Schemas["Note"]; contact: Contact }) {
  const { campaign, editable } = useCampaign();
  const { ago } = useFormat(campaign.time_zone);
  const save = useSave();
  const [editing, setEditing] = useState(false);
  const about = fullName(contact);
  const update = (content: string) => {
    setEditing(false);
    const write = (text: string) => ({ kind: "editNote", contact: contact.id, note: note.id, content: text }) as const;
    void save(about, write(content), { opposite: write(note.content) });
  };
  const remove = () => void save(
    about, { kind: "deleteNote", contact: contact.id, note: note.id },
    { opposite: { kind: "addNote", contact: contact.id, content: note.content } },
  );
  if (editing) return <div className="card"><NoteForm content={note.content} onSave={update} onCancel={() => setEditing(false)} /></div>;
  return (
    <article className="card">
      <p className="kept-lines">{note.content}</p>
      <p className="muted"><Parts of={[ago(note.created_at), note.updated_at && <Trans>changed</Trans>]} /></p>
      {editable && !isWaitingId(note.id) && (
        <div className="actions">
          <button type="button" className="quiet" onClick={() => setEditing(true)}><Trans>Change</Trans></button>
          <button type="button" className="quiet danger" onClick={remove}><Trans>Delete</Trans></button>
        </div>
      )}
    </article>
  );
}
