import { useLingui } from "@lingui/react/macro";
import { useFormat, viewerZone } from "../../../ui/format";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import type { Administrator } from "../queries";
import { RemoveButton } from "./RemoveButton";
import { RoleCell } from "./RoleCell";

export function AdministratorTable({ administrators }: { administrators: Administrator[] }) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  const columns: Column<Administrator>[] = [
    { id: "name", header: t`Name`, cell: (a) => a.name },
    { id: "email", header: t`Email`, cell: (a) => a.email },
    { id: "role", header: t`Role`, cell: (a) => <RoleCell administrator={a} /> },
    { id: "since", header: t`Since`, date: true, cell: (a) => format.date(a.added_at) },
    { id: "actions", header: t`Actions`, cell: (a) => <RemoveButton administrator={a} /> },
  ];
  return <RowTable label={t`Administrators`} columns={columns} rows={administrators} rowId={(a) => a.user_id} />;
}
