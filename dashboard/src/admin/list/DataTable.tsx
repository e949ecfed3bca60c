import { useLingui } from "@lingui/react/macro";
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { ErrorState, Loading } from "../ui/State";
import { TableCaption } from "../ui/TableCaption";
import type { Column } from "./columns";
import classes from "./DataTable.module.css";
import { MoreRows } from "./MoreRows";
import { TableRow } from "./RowTable";
import { useSetSearch, type ListSearch } from "./search";
import { SortButton } from "./SortButton";
import { useScrollPlace } from "./useScrollPlace";
import type { List } from "./useList";

interface DataTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  /** shown are the ids of the columns to show, where columns can be chosen. */
  shown?: string[];
  list: List<Row>;
  rowId: (row: Row) => string;
  search?: ListSearch;
  /** sorted is the sort that the API uses when the address names none. */
  sorted?: string;
  /** empty stands in place of the table when there are no rows. */
  empty: ReactNode;
}

/** DataTable shows the rows of a list. The API filters, sorts and pages; the address holds the state. */
export function DataTable<Row>({ label, columns, shown, list, rowId, search = {}, sorted, empty }: DataTableProps<Row>) {
  const { t } = useLingui();
  const place = useScrollPlace(list.complete);
  if (list.error && list.rows.length === 0) return <ErrorState error={list.error} retry={list.retry} />;
  if (list.loading) return <Loading rows={6} />;
  if (list.rows.length === 0) return empty;
  const visible = shown ? columns.filter(({ id }, n) => n === 0 || shown.includes(id)).map((column) => ({ ...column, small: true })) : columns;
  return (
    <>
      {list.error && <ErrorState error={list.error} retry={list.retry} />}
      <div {...place} role="region" aria-label={t`${label}, scrolls sideways`} tabIndex={0} className={classes.region} data-stale={list.stale || undefined}>
        <Table role="table" aria-busy={list.stale} stickyHeader className={classes.table} verticalSpacing="sm">
          <TableCaption>{label}</TableCaption>
          <Table.Thead role="rowgroup">
            <Table.Tr role="row">
              {visible.map((column) => <Heading key={column.id} column={column} sort={search.sort ?? sorted} descending={search.order === "desc"} />)}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody role="rowgroup">{list.rows.map((row) => <TableRow key={rowId(row)} row={row} columns={visible} />)}</Table.Tbody>
        </Table>
      </div>
      <MoreRows list={list} />
    </>
  );
}

function Heading<Row>({ column, sort, descending }: { column: Column<Row>; sort?: string; descending: boolean }) {
  const setSearch = useSetSearch();
  const active = column.sort !== undefined && column.sort === sort;
  const sortBy = () => setSearch({ sort: column.sort, order: active && !descending ? "desc" : "asc" });
  return (
    <Table.Th scope="col" role="columnheader" aria-sort={active ? (descending ? "descending" : "ascending") : undefined} data-numeric={column.numeric || undefined}>
      {column.sort ? <SortButton active={active} descending={descending} onClick={sortBy}>{column.header}</SortButton> : <HeadingText>{column.header}</HeadingText>}
    </Table.Th>
  );
}

const short = 40; // characters that fit three lines of a narrow column

/** HeadingText shows three lines of a heading, and all of a long one on hover and to screen readers. */
const HeadingText = ({ children }: { children: string }) => <span className={classes.heading} title={children.length > short ? children : undefined}>{children}</span>;
