import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactNode } from "react";
import { Breakable } from "../../../ui/Breakable";
import { Parts } from "../../../ui/Parts";
import { useFormat, viewerZone } from "../../../ui/format";
import type { Column } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import type { List } from "../../list/useList";
import { useOrganization } from "../../shell/OrganizationShell";
import { ReasonButton } from "../../ui/ReasonButton";
import { Tag } from "../../ui/Tag";
import type { Suppression } from "../queries";
import { LiftDialog } from "./LiftDialog";

interface SuppressionTableProps {
  list: List<Suppression>;
  /** empty stands in place of the table when there are no rows. */
  empty: ReactNode;
}

export function SuppressionTable({ list, empty }: SuppressionTableProps) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  const [lifting, setLifting] = useState<Suppression>();
  const reasons = { bounced: t`Email came back`, complained: t`Marked as spam`, unsubscribed: t`Unsubscribed` };
  const columns: Column<Suppression>[] = [
    { id: "email", header: t`Email`, cell: (s) => <Breakable>{s.email ?? t`Unknown address`}</Breakable> },
    { id: "reason", header: t`Reason`, small: true, cell: (s) => reasons[s.reason] },
    { id: "since", header: t`Since`, date: true, cell: (s) => format.date(s.suppressed_at) },
    { id: "status", header: t`Status`, small: true, cell: (s) => <SuppressionStatus row={s} /> },
    { id: "actions", header: t`Actions`, small: true, cell: (s) => (s.status === "active" && s.reason === "bounced" ? <LiftButton row={s} onClick={() => setLifting(s)} /> : "–") },
  ];
  return (
    <>
      <DataTable label={t`Suppression list`} columns={columns} list={list} rowId={(s) => s.id} empty={empty} />
      {lifting && <LiftDialog suppression={lifting} onClose={() => setLifting(undefined)} />}
    </>
  );
}

function LiftButton({ row, onClick }: { row: Suppression; onClick: () => void }) {
  const { t } = useLingui();
  const { owner } = useOrganization();
  const email = row.email ?? t`Unknown address`;
  return <ReasonButton size="compact-sm" variant="subtle" reason={!owner && t`Only owners can do this.`} aria-label={t`Lift: ${email}`} onClick={onClick}><Trans>Lift…</Trans></ReasonButton>;
}

function SuppressionStatus({ row }: { row: Suppression }) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  if (row.status === "active") return <Tag tone="attention">{t`No email`}</Tag>;
  const causes = {
    owner: [row.lifted_by, row.lift_reason].join(": "), undone: t`The person undid it`, joined: t`The person joined`, requested: t`The person asked for an invitation`,
  };
  return <Parts of={[<Tag tone="neutral">{t`Lifted`}</Tag>, row.lifted_at && format.date(row.lifted_at), row.lifted_for && causes[row.lifted_for]]} />;
}
