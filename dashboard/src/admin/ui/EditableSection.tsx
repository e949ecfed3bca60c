import { useLingui } from "@lingui/react/macro";
import { useEffect, useState, type ReactNode } from "react";
import { readDraft } from "../../ui/drafts";
import { useEditFocus } from "./focus";
import { ReasonButton } from "./ReasonButton";
import { Icon } from "./icons";
import { Section } from "./Section";

interface EditableSectionProps {
  title: string;
  description?: ReactNode;
  /** draft names the form's draft. If one is left from before a reload, the form opens with it. */
  draft: string;
  /** locked says why nothing can be edited, if so. */
  locked?: string | false;
  /** open opens the form when it turns true, as when another part of the page leads here. */
  open?: boolean;
  onClose?: () => void;
  form: (close: () => void) => ReactNode;
  children: ReactNode;
}

/** EditableSection is read first. Edit puts the form in its place; closing the form gives the focus back to Edit. */
export function EditableSection({ title, description, draft, locked, open, onClose, form, children }: EditableSectionProps) {
  const { t } = useLingui();
  const [editing, setEditing] = useState(() => readDraft(draft) !== undefined);
  useEffect(() => {
    if (open) setEditing(true);
  }, [open]);
  const close = () => {
    setEditing(false);
    onClose?.();
  };
  const { edit, body } = useEditFocus(editing);
  const button = (
    <ReasonButton ref={edit} size="xs" variant="default" leftSection={<Icon name="edit" size={14} />} reason={locked} onClick={() => setEditing(true)} aria-label={t`Edit: ${title}`}>
      {t`Edit`}
    </ReasonButton>
  );
  return (
    <Section title={title} description={description} actions={!editing && button} beside>
      <div ref={body}>{editing ? form(close) : children}</div>
    </Section>
  );
}
