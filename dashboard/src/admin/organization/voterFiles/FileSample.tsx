import { Trans, useLingui } from "@lingui/react/macro";
import { Table, Text } from "@mantine/core";
import type { Schemas } from "../../../api/client";
import { TableScroll } from "../../ui/TableScroll";

interface FileSampleProps {
  columns: Schemas["VoterFileColumns"];
  /** header names the columns, by numbers if the file has no header. */
  header: string[];
}

/** FileSample shows the first rows of a file, and how it is written. */
export function FileSample({ columns, header }: FileSampleProps) {
  const { t } = useLingui();
  const separators: Record<string, string> = { ",": t`comma`, ";": t`semicolon`, "|": t`vertical bar`, "\t": t`tab` };
  const [encoding, separator] = [columns.encoding, separators[columns.separator] ?? columns.separator];
  return (
    <details>
      <summary><Trans>The first rows, as they are in the file</Trans></summary>
      <Text size="sm" my="xs">{t`Encoding: ${encoding}. Separator: ${separator}.`}</Text>
      <TableScroll label={t`The first rows`}>
        <Table.Thead><Table.Tr>{header.map((name, n) => <Table.Th key={n}>{name}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>
          {columns.rows.map((row, n) => <Table.Tr key={n}>{(row ?? []).map((cell, m) => <Table.Td key={m}>{cell}</Table.Td>)}</Table.Tr>)}
        </Table.Tbody>
      </TableScroll>
    </details>
  );
}
