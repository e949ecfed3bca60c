import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Title } from "@mantine/core";
import { Breakable } from "../../../ui/Breakable";
import { Parts } from "../../../ui/Parts";
import { useWrite } from "../../data/useWrite";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import { useCampaign } from "../../shell/CampaignContext";
import { Icon } from "../../ui/icons";
import { saveFile } from "../../../ui/saveFile";
import { rejectedRows, type ListFile, type Preview } from "../queries";
import { useClassNames } from "./Classes";

const shown = 50;

/** Rejects lists the rows that can't be invited, with their reasons, and saves them as a CSV to be corrected. */
export function Rejects({ file, rows }: { file: ListFile; rows: Preview["rejected"] }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const names = useClassNames();
  const columns: Column<Preview["rejected"][number]>[] = [
    { id: "row", header: t`Row`, numeric: true, cell: (row) => row.row },
    { id: "email", header: t`Email`, cell: (row) => <Breakable>{row.email || "–"}</Breakable> },
    { id: "reason", header: t`Reason`, cell: (row) => <Parts of={[names[row.class], ...row.errors.map((e) => e.message)]} /> },
  ];
  const download = useWrite({
    write: () => rejectedRows(campaign.id, file),
    onSuccess: (text) => saveFile("rejected-rows.csv", text, "text/csv"),
  });
  return (
    <>
      <Group justify="space-between" mt="lg" mb="xs">
        <Title order={3}><Trans>Rows that are skipped</Trans></Title>
        <Button size="xs" variant="default" leftSection={<Icon name="exports" size={14} />} loading={download.pending} onClick={() => download.submit(undefined)}><Trans>Download as CSV</Trans></Button>
      </Group>
      <RowTable label={t`Rows that are skipped`} columns={columns} rows={rows.slice(0, shown)} rowId={(row) => String(row.row)} />
      {rows.length > shown && <Trans>And {rows.length - shown} more in the CSV.</Trans>}
    </>
  );
}
