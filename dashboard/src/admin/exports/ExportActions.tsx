import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announceFailure } from "../ui/announce";
import { followLink } from "../ui/followLink";
import { useProblemText } from "../ui/problems";
import { ExportDetails } from "./ExportDetails";
import { cancelExport, createDownloadLink, exportsKey, retryExport, type Export } from "./queries";
import { useTypeName } from "./types";
import { isConsentRefusal, WriteAgain } from "./WriteAgain";

/** ExportActions downloads, cancels or retries an export, as its status allows. The download link is made on the click. */
export function ExportActions({ value }: { value: Export }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [details, setDetails] = useState(false);
  const text = useProblemText();
  const name = useTypeName()(value.type);
  const changes = [exportsKey(campaign.id)];
  const onError = (error: Error) => announceFailure(text(error).title);
  const download = useWrite({ write: () => createDownloadLink(campaign.id, value.id), onSuccess: (link) => followLink(link.url, link.file_name), onError: (error) => isConsentRefusal(error) || onError(error) });
  const cancel = useWrite({ write: (_: void, key) => cancelExport(campaign.id, value.id, key), changes, onError });
  const retry = useWrite({ write: (_: void, key) => retryExport(campaign.id, value.id, key), changes, onError });
  return (
    <Group gap={4} wrap="nowrap">
      {value.status === "ready" && <Button size="compact-sm" variant="default" loading={download.pending} aria-label={t`Download: ${name}`} onClick={() => download.submit(undefined)}><Trans>Download</Trans></Button>}
      {(value.status === "queued" || value.status === "running") && <Button size="compact-sm" variant="default" loading={cancel.pending} aria-label={t`Cancel: ${name}`} onClick={() => cancel.submit()}><Trans>Cancel</Trans></Button>}
      {(value.status === "failed" || value.status === "cancelled") && <Button size="compact-sm" variant="default" loading={retry.pending} aria-label={t`Retry: ${name}`} onClick={() => retry.submit()}><Trans>Retry</Trans></Button>}
      <Button size="compact-sm" variant="subtle" aria-label={t`Details: ${name}`} onClick={() => setDetails(true)}><Trans>Details</Trans></Button>
      <WriteAgain refusal={download.error} onClose={download.reset} />
      <ExportDetails value={value} opened={details} onClose={() => setDetails(false)} />
    </Group>
  );
}
