import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { followLink } from "../../ui/followLink";
import { useProblemText } from "../../ui/problems";
import { createRejectsLink, voterFilesQuery, type VoterFile } from "../queries";
import { confirmVoterFile, declineVoterFile, undoVoterFile } from "./files";
import { MappingForm } from "./MappingForm";

type Question = "confirm" | "decline" | "undo";

const writes = { confirm: confirmVoterFile, decline: declineVoterFile, undo: undoVoterFile };

/** FileActions offers what a voter file's status allows: its columns, a decision, undoing it, and its rejected rows. */
export function FileActions({ file }: { file: VoterFile }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const [open, setOpen] = useState<Question | "mapping">();
  const text = useProblemText();
  const close = () => setOpen(undefined);
  const rejects = useWrite({ write: () => createRejectsLink(organization.id, file.id), onSuccess: (link) => followLink(link.url, link.file_name), onError: (error) => announce(text(error).detail) });
  return (
    <Group gap={4} wrap="nowrap">
      {file.status === "needs_mapping" && <Button size="compact-sm" onClick={() => setOpen("mapping")}><Trans>Choose the columns</Trans></Button>}
      {file.status === "needs_confirmation" && <Button size="compact-sm" onClick={() => setOpen("confirm")}><Trans>Use it</Trans></Button>}
      {file.status === "needs_confirmation" && <Button size="compact-sm" variant="default" onClick={() => setOpen("decline")}><Trans>Discard</Trans></Button>}
      {file.status === "ready" && <Button size="compact-sm" variant="subtle" onClick={() => setOpen("undo")}><Trans>Undo</Trans></Button>}
      {file.rejected > 0 && <Button size="compact-sm" variant="subtle" loading={rejects.pending} onClick={() => rejects.submit(undefined)}><Trans>Rejected rows</Trans></Button>}
      {(open === "confirm" || open === "decline" || open === "undo") && <Decision file={file} question={open} close={close} />}
      <Dialog opened={open === "mapping"} onClose={close} title={t`Columns of the file`}><MappingForm file={file} close={close} /></Dialog>
    </Group>
  );
}

function Decision({ file, question, close }: { file: VoterFile; question: Question; close: () => void }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const decide = useWrite({
    write: (_: void, key): Promise<VoterFile> => writes[question](organization.id, file.id, key),
    changes: [voterFilesQuery(organization.id).queryKey],
    onSuccess: () => {
      announce(t`Saved`);
      close();
    },
  });
  const words = {
    confirm: { title: t`Use this voter file?`, action: t`Use it`, detail: t`It lost more rows than usual, or has far fewer voters than the file before. Use it if you know the reason.` },
    decline: { title: t`Discard this voter file?`, action: t`Discard`, detail: t`The voters of the earlier files stay.` },
    undo: { title: t`Undo this voter file?`, action: t`Undo`, detail: t`The files that it replaced are used again. Confirmed matches keep their copy of the voter. Possible for 7 days.` },
  }[question];
  return (
    <Confirm opened title={words.title} action={words.action} danger={question !== "confirm"} pending={decide.pending} error={decide.error} onConfirm={() => decide.submit()} onClose={close}>
      <Text size="sm" style={{ whiteSpace: "normal" }}>{words.detail}</Text>
    </Confirm>
  );
}
