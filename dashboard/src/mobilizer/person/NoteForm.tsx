import { Trans } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";

interface NoteFormProps {
  /** Text of the note to change. */
  content?: string;
  onSave: (content: string) => void;
  onCancel?: () => void;
  /** Called when the field becomes empty, or no longer empty. */
  onDraft?: (exists: boolean) => void;
}

/** NoteForm asks for a note's text. */
export function NoteForm({ content = "", onSave, onCancel, onDraft }: NoteFormProps) {
  const [text, setText] = useState(content);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const change = (next: string) => {
    setText(next);
    onDraft?.(next.trim() !== "");
  };
  const save = () => {
    onSave(text);
    change("");
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); save(); }}>
      <label><Trans>Note</Trans><textarea ref={field} rows={3} value={text} maxLength={4000} onChange={(e) => change(e.target.value)} /></label>
      <p className="muted"><Trans>The organizers can read notes.</Trans></p>
      <div className="actions">
        <button type="submit" className="primary" disabled={text.trim() === "" || text === content}><Trans>Save the note</Trans></button>
        {onCancel && <button type="button" className="quiet" onClick={onCancel}><Trans>Cancel</Trans></button>}
      </div>
    </form>
  );
}
