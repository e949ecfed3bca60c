import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { createDownloadLink, createExport, exportQuery, exportsKey, isRunning } from "../../data/exports";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce, announceFailure } from "../../ui/announce";
import { followLink } from "../../ui/followLink";
import { Icon } from "../../ui/icons";
import { useProblemText } from "../../ui/problems";
import type { View } from "./queries";

/** DownloadButton exports the rows that match the filter, with all columns, and downloads the file. It is also in the history of exports. */
export function DownloadButton({ list, filter }: { list: View["list"]; filter: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const text = useProblemText();
  const [id, setId] = useState<string>();
  const onError = (error: Error) => announceFailure(text(error).detail);
  const request = useWrite({
    write: (wanted: string, key) => createExport(campaign.id, { type: list, dialect: "spreadsheet", profile: "standard", compression: "none", filter: wanted || undefined }, key),
    changes: [exportsKey(campaign.id)],
    onSuccess: (made) => {
      setId(made.id);
      announce(t`The file is being written. You also find it on the Exports page.`);
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
  return <Button variant="default" leftSection={<Icon name="exports" size={16} />} loading={request.pending || id !== undefined || download.pending} onClick={() => request.submit(filter)}><Trans>Download this view</Trans></Button>;
}
