import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { voterFilesQuery, type VoterFile } from "../queries";
import { FileReview } from "./FileReview";
import { confirmVoterFile, declineVoterFile, undoVoterFile } from "./files";

export type Question = "confirm" | "decline" | "undo";

const writes = { confirm: confirmVoterFile, decline: declineVoterFile, undo: undoVoterFile };

interface DecisionProps {
  file: VoterFile;
  question: Question;
  close: () => void;
}

/** Decision asks before a voter file is used, discarded or undone. Before it is used, it shows figures and samples. */
export function Decision({ file, question, close }: DecisionProps) {
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
      {question === "confirm" && <FileReview file={file} />}
    </Confirm>
  );
}
