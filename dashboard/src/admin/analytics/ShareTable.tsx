import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { TableCaption } from "../ui/TableCaption";
import { ShareBar, type ListedShare } from "./ShareBar";
import classes from "./ShareBar.module.css";

interface ShareTableProps {
  label: string;
  /** counted and share are the headings of the two columns. */
  counted: string;
  share: string;
  children: ReactNode;
}

/** ShareTable is a table with shares of contacts as bars. */
export const ShareTable = ({ label, counted, share, children }: ShareTableProps) => (
  <Table verticalSpacing="xs" className={classes.table}>
    <TableCaption>{label}</TableCaption>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col" w="36%">{counted}</Table.Th>
        <Table.Th scope="col">{share}</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>{children}</Table.Tbody>
  </Table>
);

/** ShareRow is a row of a ShareTable. */
export const ShareRow = ({ name, share }: { name: ReactNode; share: ListedShare }) => (
  <Table.Tr>
    <Table.Th scope="row" fw={500}>{name}</Table.Th>
    <Table.Td><ShareBar share={share} /></Table.Td>
  </Table.Tr>
);
