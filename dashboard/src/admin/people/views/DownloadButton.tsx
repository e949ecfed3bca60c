import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { createDownloadLink, createExport, exportQuery, exportsKey, isRunning } from "../../data/exports";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce, announceFailure } from "../../ui/announce";
import { followLink } from "../../ui/followLink";
import { Icon } from "../../ui/icons";
import { useProblemText } from "../../ui/problems";
import { Tooltip } from "../../ui/Tooltip";
import type { View } from "./queries";

/** DownloadButton exports the rows that match the filter and downloads the file. It is also in the history of exports. */
export function DownloadButton({ list, filter }: { list: View["list"]; filter: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const text = useProblemText();
  const described = useId();
  const [id, setId] = useState<string>();
  const onError = (error: Error) => announceFailure(text(error).detail);
  const request = useWrite({
    write: (wanted: string, key) => createExport(campaign.id, { type: list, dialect: "spreadsheet", profile: "standard", compression: "none", filter: wanted || undefined }, key),
    changes: [exportsKey(campaign.id)],
    onSuccess: (made) => {
      setId(made.id);
      announce(t`The file is being written, with the columns and the order of the export. You also find it on the Exports page.`);
    },
    onError,
  });
  const download = useWrite({ write: (written: string) => createDownloadLink(campaign.id, written), onSuccess: (link) => followLink(link.url, link.file_name), onError });
  const { data, error } = useQuery({ ...exportQuery(campaign.id, id ?? ""), enabled: id !== undefined });
  useEffect(() => {
    if (id === undefined || (!error && (!data || isRunning(data)))) return;
    setId(undefined);
    if (error) onError(error);
    else if (data?.status === "ready") download.submit(id);
    else announceFailure(data?.error ?? t`The file could not be written. Try again on the Exports page.`);
  });
  const content = t`The file has the rows of this view, with the columns of the export and in its order. Columns and order that you chose here do not change it.`;
  return (
    <Tooltip label={content}>
      <Button variant="default" aria-describedby={described} leftSection={<Icon name="exports" size={16} />} loading={request.pending || id !== undefined || download.pending} onClick={() => request.submit(filter)}><Trans>Download this view</Trans></Button>
      <span id={described} hidden>{content}</span>
    </Tooltip>
  );
}
