import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { Parts } from "../../../ui/Parts";
import { readDraft } from "../../../ui/drafts";
import { useDraft } from "../../data/useDraft";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { fieldProps } from "../../ui/fields";
import { useEditFocus } from "../../ui/focus";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { Instant } from "../../ui/Instant";
import { UnsavedGuard } from "../../ui/UnsavedGuard";
import { deleteManagementNote, managementNotesQuery, updateManagementNote, type ManagementNote as Note } from "../queries";
import classes from "./ManagementNote.module.css";

interface ManagementNoteProps {
  mobilizer: string;
  note: Note;
}

const draftName = (note: string) => `management-note:${note}`;

/** ManagementNote is one note with its author and times; it can be edited in place and deleted. */
export function ManagementNote({ mobilizer, note }: ManagementNoteProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [editing, setEditing] = useState(() => readDraft(draftName(note.id)) !== undefined);
  const [asked, setAsked] = useState(false);
  const { edit, body } = useEditFocus(editing);
  const remove = useWrite({
    write: () => deleteManagementNote(campaign.id, mobilizer, note.id),
    changes: [managementNotesQuery(campaign.id, mobilizer).queryKey],
    onSuccess: () => announce(t`Deleted`),
  });
  if (editing) return <div ref={body}><NoteForm mobilizer={mobilizer} note={note} close={() => setEditing(false)} /></div>;
  return (
    <article className={classes.note}>
      <Text className={classes.content}>{note.content}</Text>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          <Parts of={[
            note.written_by, <Instant at={note.created_at} timeZone={campaign.time_zone} />,
            note.updated_at && <><Trans>edited</Trans> <Instant at={note.updated_at} timeZone={campaign.time_zone} /></>,
          ]} />
        </Text>
        <Group gap={4}>
          <Button ref={edit} size="compact-sm" variant="subtle" onClick={() => setEditing(true)}><Trans>Edit</Trans></Button>
          <Button size="compact-sm" variant="subtle" color="red" onClick={() => setAsked(true)}><Trans>Delete</Trans></Button>
        </Group>
      </Group>
      <Confirm opened={asked} title={t`Delete this note?`} action={t`Delete`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit(undefined)} onClose={() => setAsked(false)}>
        <Text size="sm"><Trans>This can't be undone.</Trans></Text>
      </Confirm>
    </article>
  );
}

function NoteForm({ mobilizer, note, close }: ManagementNoteProps & { close: () => void }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const { draft, isDirty, set, reset } = useDraft(draftName(note.id), { content: note.content });
  const done = () => {
    reset();
    close();
  };
  const save = useWrite({
    write: ({ content }: { content: string }) => updateManagementNote(campaign.id, mobilizer, note.id, content),
    changes: [managementNotesQuery(campaign.id, mobilizer).queryKey],
    onSuccess: () => {
      announce(t`Saved`);
      done();
    },
  });
  return (
    <Form name={note.id} error={save.error} onSubmit={() => save.submit(draft)}>
      <UnsavedGuard isDirty={isDirty} discard={reset} />
      <Textarea {...fieldProps(note.id, "content", save.error)} label={t`Note`} autosize minRows={2} value={draft.content} onChange={(event) => set({ content: event.currentTarget.value })} />
      <FormActions pending={save.pending} cancel={done} />
    </Form>
  );
}
