import { Trans, useLingui } from "@lingui/react/macro";
import { Table, Text } from "@mantine/core";
import { useFormat } from "../../../ui/format";
import { Tag, type Tone } from "../../ui/Tag";
import { TableScroll } from "../../ui/TableScroll";
import type { VoterFile } from "../queries";
import { FileActions } from "./FileActions";

/** VoterFileTable lists the voter files, the latest first. */
export function VoterFileTable({ files }: { files: VoterFile[] }) {
  const { t } = useLingui();
  return (
    <TableScroll label={t`Voter files`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col"><Trans>State</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Status</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Actions</Trans></Table.Th>
          <Table.Th scope="col" ta="end"><Trans>Rows</Trans></Table.Th>
          <Table.Th scope="col" ta="end"><Trans>Imported</Trans></Table.Th>
          <Table.Th scope="col" ta="end"><Trans>Left out</Trans></Table.Th>
          <Table.Th scope="col" ta="end"><Trans>Rejected rows</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Uploaded</Trans></Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{files.map((file) => <FileRow key={file.id} file={file} />)}</Table.Tbody>
    </TableScroll>
  );
}

function FileRow({ file }: { file: VoterFile }) {
  const format = useFormat();
  return (
    <Table.Tr>
      <Table.Th scope="row">{file.state}</Table.Th>
      <Table.Td><FileStatus file={file} /></Table.Td>
      <Table.Td><FileActions file={file} /></Table.Td>
      <Table.Td ta="end">{format.number(file.rows)}</Table.Td>
      <Table.Td ta="end">{format.number(file.imported)}</Table.Td>
      <Table.Td ta="end">{format.number(file.left_out)}</Table.Td>
      <Table.Td ta="end">{format.number(file.rejected)}</Table.Td>
      <Table.Td>{format.date(file.created_at)} · {file.created_by}</Table.Td>
    </Table.Tr>
  );
}

const tones: Partial<Record<VoterFile["status"], Tone>> = { ready: "good", failed: "bad", needs_mapping: "attention", needs_confirmation: "attention" };

function FileStatus({ file }: { file: VoterFile }) {
  const { t } = useLingui();
  const names: Record<VoterFile["status"], string> = {
    waiting: t`Waiting for the upload`, importing: t`Importing`, needs_mapping: t`Columns needed`, needs_confirmation: t`Confirmation needed`,
    ready: t`Ready`, failed: t`Failed`, replaced: t`Replaced`, undone: t`Undone`,
  };
  return (
    <>
      <Tag tone={tones[file.status]}>{names[file.status]}</Tag>
      {file.status === "importing" && <progress max={100} value={file.percent} aria-label={t`Progress`} style={{ display: "block", width: "9rem", accentColor: "#0b6b58" }} />}
      {file.error && <Text size="sm" style={{ whiteSpace: "normal" }}>{file.error}</Text>}
    </>
  );
}
