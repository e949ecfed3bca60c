import { Trans, useLingui } from "@lingui/react/macro";
import { Table } from "@mantine/core";
import { useFormat } from "../../../ui/format";
import { TableScroll } from "../../ui/TableScroll";
import type { Administrator } from "../queries";
import { RemoveButton } from "./RemoveButton";
import { RoleCell } from "./RoleCell";

export function AdministratorTable({ administrators }: { administrators: Administrator[] }) {
  const { t } = useLingui();
  return (
    <TableScroll label={t`Administrators`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col"><Trans>Name</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Email</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Role</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Since</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Actions</Trans></Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{administrators.map((a) => <AdministratorRow key={a.user_id} administrator={a} />)}</Table.Tbody>
    </TableScroll>
  );
}

function AdministratorRow({ administrator }: { administrator: Administrator }) {
  const format = useFormat();
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>{administrator.name}</Table.Th>
      <Table.Td>{administrator.email}</Table.Td>
      <Table.Td><RoleCell administrator={administrator} /></Table.Td>
      <Table.Td>{format.date(administrator.added_at)}</Table.Td>
      <Table.Td><RemoveButton administrator={administrator} /></Table.Td>
    </Table.Tr>
  );
}
