import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Code, Group, Stack } from "@mantine/core";
import { useFormat } from "../../ui/format";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { CopyButton } from "../ui/CopyButton";
import { Dialog } from "../ui/Dialog";
import { Fact, Facts } from "../ui/Facts";
import { FormProblem } from "../ui/FormProblem";
import { saveFile } from "../../ui/saveFile";
import { hasViews } from "./exportForm";
import { getManifest, type Export } from "./queries";
import { Selection } from "./Selection";
import { useTypeName } from "./types";

interface ExportDetailsProps {
  value: Export;
  opened: boolean;
  onClose: () => void;
}

/** ExportDetails shows how a file was made, its checksum, and saves its manifest. */
export function ExportDetails({ value, opened, onClose }: ExportDetailsProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const name = useTypeName()(value.type);
  const time = (instant?: string) => instant && format.dateTime(instant);
  const manifest = useWrite({
    write: () => getManifest(campaign.id, value.id),
    onSuccess: (m) => saveFile(m.file_name.replace(/\.(csv|csv\.gz|zip)$/, "") + ".manifest.json", JSON.stringify(m, null, 2), "application/json"),
  });
  return (
    <Dialog side opened={opened} onClose={onClose} title={name}>
      <Stack gap="md">
        <Facts>
          {(hasViews(value.type) || value.action_item_id) && <Fact name={t`Selection`}><Selection value={value} /></Fact>}
          <Fact name={t`Written for`}>{value.dialect === "spreadsheet" ? t`Spreadsheets` : t`Programs`}</Fact>
          <Fact name={t`Columns`}>{value.profile === "extended" ? t`More columns` : t`Standard`}</Fact>
          <Fact name={t`Compression`}>{value.compression === "gzip" ? "gzip" : t`None`}</Fact>
          <Fact name={t`Requested`}>{time(value.requested_at)}</Fact>
          <Fact name={t`Finished`}>{time(value.finished_at)}</Fact>
          <Fact name={t`Data as of`}>{time(value.as_of)}</Fact>
          <Fact name={t`Removed on`} empty={value.schedule_id ? t`When seven newer ones exist` : "–"}>{time(value.expires_at)}</Fact>
          <Fact name="SHA-256">{value.sha256 && <Group gap="xs"><Code block style={{ whiteSpace: "normal" }}>{value.sha256}</Code><CopyButton value={value.sha256} label={t`Copy the checksum`} /></Group>}</Fact>
        </Facts>
        <FormProblem error={manifest.error} form="manifest" />
        {value.status === "ready" && <Button variant="default" loading={manifest.pending} onClick={() => manifest.submit(undefined)}><Trans>Download the manifest</Trans></Button>}
      </Stack>
    </Dialog>
  );
}
