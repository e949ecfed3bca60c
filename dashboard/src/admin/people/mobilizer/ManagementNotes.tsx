import { Trans, useLingui } from "@lingui/react/macro";
import { Stack, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDraft } from "../../data/useDraft";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { Section } from "../../ui/Section";
import { ErrorState, Loading } from "../../ui/State";
import { UnsavedGuard } from "../../ui/UnsavedGuard";
import { createManagementNote, managementNotesQuery } from "../queries";
import { ManagementNote } from "./ManagementNote";

/** ManagementNotes shows what administrators wrote about a mobilizer, who never sees it. */
export function ManagementNotes({ mobilizer }: { mobilizer: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const notes = useQuery(managementNotesQuery(campaign.id, mobilizer));
  return (
    <Section title={t`Management notes`} description={t`For administrators only, for example about a 1:1. The mobilizer never sees them.`}>
      <Stack gap="md">
        {notes.isPending && <Loading />}
        {notes.isError && <ErrorState error={notes.error} retry={() => void notes.refetch()} />}
        {notes.data?.items.map((note) => <ManagementNote key={note.id} mobilizer={mobilizer} note={note} />)}
        <NewNote mobilizer={mobilizer} />
      </Stack>
    </Section>
  );
}

const blank = { content: "" };

function NewNote({ mobilizer }: { mobilizer: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const { draft, isDirty, set, reset } = useDraft(`management-note:${mobilizer}`, blank);
  const save = useWrite({
    write: ({ content }: typeof blank, key) => createManagementNote(campaign.id, mobilizer, content, key),
    changes: [managementNotesQuery(campaign.id, mobilizer).queryKey],
    onSuccess: () => {
      announce(t`Saved`);
      reset();
    },
  });
  return (
    <Form name="note" error={save.error} onSubmit={() => save.submit(draft)}>
      <UnsavedGuard isDirty={isDirty} discard={reset} />
      <Textarea {...fieldProps("note", "content", save.error)} label={t`New note`} autosize minRows={2} value={draft.content} onChange={(event) => set({ content: event.currentTarget.value })} />
      <FormActions pending={save.pending} label={<Trans>Add the note</Trans>} />
    </Form>
  );
}
