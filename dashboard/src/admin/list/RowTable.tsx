import { useLingui } from "@lingui/react/macro";
import { Table } from "@mantine/core";
import { TableCaption } from "../ui/TableCaption";
import type { Column } from "./columns";
import classes from "./DataTable.module.css";

interface RowTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
}

/** RowTable is a table of few rows, in the order given. On small screens a row is a block with all its columns. */
export function RowTable<Row>({ label, columns, rows, rowId }: RowTableProps<Row>) {
  const { t } = useLingui();
  return (
    <div role="region" aria-label={t`${label}, scrolls sideways`} tabIndex={0} className={classes.plainRegion}>
      <Table role="table" className={classes.table}>
        <TableCaption>{label}</TableCaption>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            {columns.map((column, n) => <Table.Th key={column.id} scope="col" role="columnheader" data-numeric={(n > 0 && column.numeric) || undefined}>{column.header}</Table.Th>)}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">{rows.map((row) => <TableRow key={rowId(row)} row={row} columns={columns.map((column) => ({ ...column, small: true }))} />)}</Table.Tbody>
      </Table>
    </div>
  );
}

/** TableRow is a row of a table. On small screens it is a block, so that the roles of a table must be named. */
export function TableRow<Row>({ row, columns }: { row: Row; columns: Column<Row>[] }) {
  const [first, ...others] = columns;
  return (
    <Table.Tr role="row">
      <Table.Th scope="row" role="rowheader" data-label={first!.numeric ? first!.header : undefined}>{first!.cell(row)}</Table.Th>
      {others.map((column) => (
        <Table.Td key={column.id} role="cell" data-label={column.header} data-numeric={column.numeric || undefined} data-date={column.date || undefined} data-small={column.small || undefined} data-actions={column.id === "actions" || undefined}><div>{column.cell(row)}</div></Table.Td>
      ))}
    </Table.Tr>
  );
}
