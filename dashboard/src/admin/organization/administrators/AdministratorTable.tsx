import { useLingui } from "@lingui/react/macro";
import { Group } from "@mantine/core";
import { Breakable } from "../../../ui/Breakable";
import { useFormat, viewerZone } from "../../../ui/format";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import type { Administrator } from "../queries";
import { useRoleNames } from "../roles";
import { RemoveButton } from "./RemoveButton";
import { RoleButton } from "./RoleButton";

export function AdministratorTable({ administrators }: { administrators: Administrator[] }) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  const names = useRoleNames();
  const columns: Column<Administrator>[] = [
    { id: "name", header: t`Name`, cell: (a) => a.name },
    { id: "email", header: t`Email`, cell: (a) => <Breakable>{a.email}</Breakable> },
    { id: "role", header: t`Role`, cell: (a) => names[a.role] },
    { id: "since", header: t`Since`, date: true, cell: (a) => format.date(a.added_at) },
    { id: "actions", header: t`Actions`, cell: (a) => <Group gap={4}><RoleButton administrator={a} /><RemoveButton administrator={a} /></Group> },
  ];
  return <RowTable label={t`Administrators`} columns={columns} rows={administrators} rowId={(a) => a.user_id} />;
}
