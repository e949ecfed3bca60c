import { Trans } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { useTextDraft } from "../data/useTextDraft";

interface NoteFormProps {
  /** Text of the note to change. */
  content?: string;
  /** Name of the draft of a new note, which stays on the phone when the person leaves the page. */
  draft?: string;
  onSave: (content: string) => void;
  onCancel?: () => void;
  /** Called when the field becomes empty, or no longer empty. */
  onDraft?: (exists: boolean) => void;
}

/** NoteForm asks for a note's text. */
export function NoteForm({ content = "", draft, onSave, onCancel, onDraft }: NoteFormProps) {
  const [text, change] = useTextDraft(draft, content);
  const field = useRef<HTMLTextAreaElement>(null);
  // The buttons come into view with the field.
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.form?.scrollIntoView({ block: "nearest" });
  }, []);
  const exists = text.trim() !== "";
  useEffect(() => onDraft?.(exists), [exists]);
  const save = () => {
    onSave(text);
    change("");
  };
  const cancel = () => {
    change("");
    onCancel?.();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); save(); }}>
      <label><Trans>Note</Trans><textarea ref={field} rows={3} value={text} maxLength={4000} onChange={(e) => change(e.target.value)} /></label>
      <p className="muted"><Trans>The organizers can read notes.</Trans></p>
      <div className="actions">
        <button type="submit" className="primary" disabled={text.trim() === "" || text === content}><Trans>Save the note</Trans></button>
        {onCancel && <button type="button" className="quiet" onClick={cancel}><Trans>Cancel</Trans></button>}
      </div>
    </form>
  );
}
