import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announceFailure } from "../../ui/announce";
import { DeleteButton } from "../../ui/DeleteButton";
import { Dialog } from "../../ui/Dialog";
import { followLink } from "../../ui/followLink";
import { useProblemText } from "../../ui/problems";
import { createRejectsLink, voterFilesQuery, type VoterFile } from "../queries";
import { Decision, type Question } from "./Decision";
import { deleteVoterFile } from "./files";
import { MappingForm } from "./MappingForm";

/** FileActions offers what a voter file's status allows: its columns, a decision, undoing it, and its rejected rows. */
export function FileActions({ file }: { file: VoterFile }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const [open, setOpen] = useState<Question | "mapping">();
  const text = useProblemText();
  const close = () => setOpen(undefined);
  const rejects = useWrite({ write: () => createRejectsLink(organization.id, file.id), onSuccess: (link) => followLink(link.url, link.file_name), onError: (error) => announceFailure(text(error).detail) });
  return (
    <Group gap={4}>
      {file.status === "needs_mapping" && <Button size="compact-sm" onClick={() => setOpen("mapping")}><Trans>Choose the columns</Trans></Button>}
      {file.status === "needs_confirmation" && <Button size="compact-sm" onClick={() => setOpen("confirm")}><Trans>Use it</Trans></Button>}
      {(file.status === "needs_confirmation" || file.status === "needs_mapping") && <Button size="compact-sm" variant="default" onClick={() => setOpen("decline")}><Trans>Discard</Trans></Button>}
      {file.status === "ready" && <Button size="compact-sm" variant="subtle" onClick={() => setOpen("undo")}><Trans>Undo</Trans></Button>}
      {file.rejected > 0 && <Button size="compact-sm" variant="subtle" loading={rejects.pending} onClick={() => rejects.submit(undefined)}><Trans>Rejected rows</Trans></Button>}
      {!["importing", "needs_mapping", "needs_confirmation"].includes(file.status) && <DeleteFile file={file} />}
      {(open === "confirm" || open === "decline" || open === "undo") && <Decision file={file} question={open} close={close} />}
      <Dialog opened={open === "mapping"} onClose={close} title={t`Columns of the file`}><MappingForm file={file} close={close} /></Dialog>
    </Group>
  );
}

function DeleteFile({ file }: { file: VoterFile }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const { state } = file;
  const undo = file.status === "ready" && file.mode === "replace";
  return (
    <DeleteButton size="compact-sm" variant="subtle" name={t`the voter file of ${state}`} write={() => deleteVoterFile(organization.id, file.id)} changes={[voterFilesQuery(organization.id).queryKey]}>
      <Trans>Its voters are no longer found, and are deleted with the upload and the rejected rows within minutes. Confirmed matches keep their copy of the voter.</Trans>
      {undo && <> <Trans>The files that it replaced are not used again: to use them, undo this file within 7 days instead.</Trans></>}
    </DeleteButton>
  );
}
