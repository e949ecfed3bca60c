import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Table } from "@mantine/core";
import { useFormat } from "../../../ui/format";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { DeliveryTag, InvitationTag } from "../../ui/InvitationTags";
import { useProblemText } from "../../ui/problems";
import { TableScroll } from "../../ui/TableScroll";
import { administratorInvitationsQuery, resendAdministratorInvitation, revokeAdministratorInvitation, type Invitation } from "../queries";
import { useRoleNames } from "../roles";

export function InvitationTable({ invitations }: { invitations: Invitation[] }) {
  const { t } = useLingui();
  return (
    <TableScroll label={t`Invitations`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col"><Trans>Email</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Role</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Status</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Delivery</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Expires</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Actions</Trans></Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{invitations.map((invitation) => <InvitationRow key={invitation.id} invitation={invitation} />)}</Table.Tbody>
    </TableScroll>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const format = useFormat();
  const names = useRoleNames();
  const pending = invitation.status === "open" || invitation.status === "expired";
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>{invitation.email}</Table.Th>
      <Table.Td>{invitation.role && names[invitation.role]}</Table.Td>
      <Table.Td><InvitationTag status={invitation.status} /></Table.Td>
      <Table.Td><DeliveryTag invitation={invitation} /></Table.Td>
      <Table.Td>{pending ? format.date(invitation.expires_at) : "–"}</Table.Td>
      <Table.Td>{pending ? <InvitationActions invitation={invitation} /> : "–"}</Table.Td>
    </Table.Tr>
  );
}

function InvitationActions({ invitation }: { invitation: Invitation }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const text = useProblemText();
  const options = { changes: [administratorInvitationsQuery(organization.id).queryKey], onError: (error: Error) => announce(text(error).detail) };
  const resend = useWrite({ ...options, write: (_: void, key) => resendAdministratorInvitation(organization.id, invitation.id, key), onSuccess: () => announce(t`Sent again to ${invitation.email}`) });
  const revoke = useWrite({ ...options, write: (_: void, key) => revokeAdministratorInvitation(organization.id, invitation.id, key), onSuccess: () => announce(t`Revoked`) });
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-sm" variant="subtle" loading={resend.pending} aria-label={t`Resend: ${invitation.email}`} onClick={() => resend.submit()}><Trans>Resend</Trans></Button>
      {invitation.status === "open" && <Button size="compact-sm" variant="subtle" color="red" loading={revoke.pending} aria-label={t`Revoke: ${invitation.email}`} onClick={() => revoke.submit()}><Trans>Revoke</Trans></Button>}
    </Group>
  );
}
