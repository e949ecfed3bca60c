import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { isApiError } from "../../api/problem";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { Confirm } from "../ui/Confirm";
import { exportsKey, retryExport } from "./queries";

interface WriteAgainProps {
  /** refusal is the error of a download. The dialog opens if somebody in the file has withdrawn consent. */
  refusal: Error | null;
  onClose: () => void;
}

/** WriteAgain says that a file can't be downloaded since somebody in it has withdrawn consent, and writes it again. */
export function WriteAgain({ refusal, onClose }: WriteAgainProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const refused = isApiError(refusal, "consent_withdrawn") ? refusal : undefined;
  const id = refused?.problem.retry_path?.split("/").at(-2) ?? "";
  const retry = useWrite({
    write: (of: string, key) => retryExport(campaign.id, of, key),
    changes: [exportsKey(campaign.id)],
    onSuccess: () => {
      announce(t`The file is being written again`);
      onClose();
    },
  });
  return (
    <Confirm opened={refused !== undefined} title={t`This file is out of date`} action={t`Write again`} pending={retry.pending} error={retry.error} onConfirm={() => retry.submit(id)} onClose={onClose}>
      <Text size="sm"><Trans>Somebody in this file has withdrawn consent to share email and phone since it was written. Write it again, then download it.</Trans></Text>
    </Confirm>
  );
}

/** isConsentRefusal reports whether WriteAgain explains an error. */
export const isConsentRefusal = (error: Error) => isApiError(error, "consent_withdrawn");
