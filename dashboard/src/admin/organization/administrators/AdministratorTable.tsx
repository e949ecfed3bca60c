import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useFormat } from "../../../ui/format";
import { sessionQuery } from "../../data/session";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { useProblemText } from "../../ui/problems";
import { ReasonButton } from "../../ui/ReasonButton";
import { TableScroll } from "../../ui/TableScroll";
import { administratorsQuery, deleteAdministrator, updateAdministrator, type Administrator, type Role } from "../queries";
import { useRoleNames } from "../roles";

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
      <Table.Td><RoleField administrator={administrator} /></Table.Td>
      <Table.Td>{format.date(administrator.added_at)}</Table.Td>
      <Table.Td><RemoveButton administrator={administrator} /></Table.Td>
    </Table.Tr>
  );
}

function RoleField({ administrator }: { administrator: Administrator }) {
  const { t } = useLingui();
  const { organization, owner } = useOrganization();
  const names = useRoleNames();
  const text = useProblemText();
  const change = useWrite({
    write: (role: Role) => updateAdministrator(organization.id, administrator.user_id, role),
    changes: [administratorsQuery(organization.id).queryKey, ["session"]],
    onSuccess: () => announce(t`Saved`),
    onError: (error) => announce(text(error).detail),
  });
  if (!owner) return names[administrator.role];
  const data = Object.entries(names).map(([value, label]) => ({ value, label }));
  return <NativeSelect size="xs" w={120} aria-label={t`Role of ${administrator.name}`} data={data} value={administrator.role} disabled={change.pending} onChange={(event) => change.submit(event.currentTarget.value as Role)} />;
}

function RemoveButton({ administrator }: { administrator: Administrator }) {
  const { t } = useLingui();
  const { organization, owner } = useOrganization();
  const session = useQuery(sessionQuery);
  const [asked, setAsked] = useState(false);
  const { name } = administrator;
  const self = session.data?.user.id === administrator.user_id;
  const remove = useWrite({
    write: () => deleteAdministrator(organization.id, administrator.user_id),
    changes: [administratorsQuery(organization.id).queryKey],
    onSuccess: () => {
      announce(t`Removed`);
      if (self) location.assign("/");
    },
  });
  const reason = administrator.role === "owner" && !owner && t`Only owners can do this.`;
  return (
    <>
      {reason
        ? <ReasonButton size="compact-sm" variant="default" reason={reason}>{t`Remove`}</ReasonButton>
        : <Button size="compact-sm" variant="subtle" color="red" aria-label={self ? undefined : t`Remove: ${name}`} onClick={() => setAsked(true)}>{self ? t`Leave` : t`Remove`}</Button>}
      <Confirm opened={asked} title={self ? t`Leave ${organization.name}?` : t`Remove ${name}?`} action={self ? t`Leave` : t`Remove`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit(undefined)} onClose={() => setAsked(false)}>
        <Text size="sm"><Trans>Access to all campaigns of the organization ends at once. An administrator can invite the person again.</Trans></Text>
      </Confirm>
    </>
  );
}
