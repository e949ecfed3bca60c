import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Table, Title } from "@mantine/core";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { Icon } from "../../ui/icons";
import { TableCaption } from "../../ui/TableCaption";
import { saveFile } from "../../../ui/saveFile";
import { rejectedRows, type ListFile, type Preview } from "../queries";
import { useClassNames } from "./Classes";

const shown = 50;

/** Rejects lists the rows that can't be invited, with their reasons, and saves them as a CSV to be corrected. */
export function Rejects({ file, rows }: { file: ListFile; rows: Preview["rejected"] }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const names = useClassNames();
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
      <Table>
        <TableCaption>{t`Rows that are skipped`}</TableCaption>
        <Table.Thead><Table.Tr><Table.Th scope="col"><Trans>Row</Trans></Table.Th><Table.Th scope="col"><Trans>Email</Trans></Table.Th><Table.Th scope="col"><Trans>Reason</Trans></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {rows.slice(0, shown).map((row) => (
            <Table.Tr key={row.row}><Table.Th scope="row" fw={400}>{row.row}</Table.Th><Table.Td>{row.email || "–"}</Table.Td><Table.Td>{names[row.class]}{row.errors.map((e) => ` · ${e.message}`)}</Table.Td></Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length > shown && <Trans>And {rows.length - shown} more in the CSV.</Trans>}
    </>
  );
}
