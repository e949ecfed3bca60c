import { Trans, useLingui } from "@lingui/react/macro";
import { Table } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../ui/format";
import { useOrganization } from "../../shell/OrganizationShell";
import { ReasonButton } from "../../ui/ReasonButton";
import { TableScroll } from "../../ui/TableScroll";
import { Tag } from "../../ui/Tag";
import type { Suppression } from "../queries";
import { LiftDialog } from "./LiftDialog";

export function SuppressionTable({ rows }: { rows: Suppression[] }) {
  const { t } = useLingui();
  const [lifting, setLifting] = useState<Suppression>();
  return (
    <>
      <TableScroll label={t`Suppression list`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col"><Trans>Email</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Reason</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Since</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Status</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Actions</Trans></Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{rows.map((row) => <SuppressionRow key={row.id} row={row} lift={() => setLifting(row)} />)}</Table.Tbody>
      </TableScroll>
      {lifting && <LiftDialog suppression={lifting} onClose={() => setLifting(undefined)} />}
    </>
  );
}

function SuppressionRow({ row, lift }: { row: Suppression; lift: () => void }) {
  const { t } = useLingui();
  const { owner } = useOrganization();
  const format = useFormat();
  const reasons = { bounced: t`Email came back`, complained: t`Marked as spam`, unsubscribed: t`Unsubscribed` };
  const email = row.email ?? t`Unknown address`;
  const liftable = row.status === "active" && row.reason === "bounced";
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>{email}</Table.Th>
      <Table.Td>{reasons[row.reason]}</Table.Td>
      <Table.Td>{format.date(row.suppressed_at)}</Table.Td>
      <Table.Td><SuppressionStatus row={row} /></Table.Td>
      <Table.Td>
        {liftable ? <ReasonButton size="compact-sm" variant="subtle" reason={!owner && t`Only owners can do this.`} aria-label={t`Lift: ${email}`} onClick={lift}><Trans>Lift…</Trans></ReasonButton> : "–"}
      </Table.Td>
    </Table.Tr>
  );
}

function SuppressionStatus({ row }: { row: Suppression }) {
  const { t } = useLingui();
  const format = useFormat();
  if (row.status === "active") return <Tag tone="attention">{t`No email`}</Tag>;
  const causes = {
    owner: [row.lifted_by, row.lift_reason].join(": "), undone: t`The person undid it`, joined: t`The person joined`, requested: t`The person asked for an invitation`,
  };
  return <><Tag tone="neutral">{t`Lifted`}</Tag> {row.lifted_at && format.date(row.lifted_at)} · {row.lifted_for && causes[row.lifted_for]}</>;
}
