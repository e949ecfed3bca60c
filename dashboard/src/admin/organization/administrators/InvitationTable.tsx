import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { Breakable } from "../../../ui/Breakable";
import { useFormat, viewerZone } from "../../../ui/format";
import { useWrite } from "../../data/useWrite";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce, announceFailure } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { DeleteButton } from "../../ui/DeleteButton";
import { DeliveryTag, InvitationTag } from "../../ui/InvitationTags";
import { useProblemText } from "../../ui/problems";
import { administratorInvitationsQuery, deleteAdministratorInvitation, resendAdministratorInvitation, revokeAdministratorInvitation, type Invitation } from "../queries";
import { useRoleNames } from "../roles";
import { AccessRequests } from "./AccessRequests";

export function InvitationTable({ invitations }: { invitations: Invitation[] }) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  const names = useRoleNames();
  const columns: Column<Invitation>[] = [
    { id: "email", header: t`Email`, cell: (i) => <Breakable>{i.email}</Breakable> },
    { id: "role", header: t`Role`, cell: (i) => i.role && names[i.role] },
    { id: "status", header: t`Status`, cell: (i) => <InvitationTag status={i.status} /> },
    { id: "delivery", header: t`Delivery`, cell: (i) => <DeliveryTag invitation={i} /> },
    { id: "expires", header: t`Expires`, date: true, cell: (i) => (isPending(i) ? format.date(i.expires_at) : "–") },
    { id: "actions", header: t`Actions`, cell: (i) => (i.status === "accepted" ? "–" : <InvitationActions invitation={i} />) },
  ];
  return <RowTable label={t`Invitations`} columns={columns} rows={invitations} rowId={(i) => i.id} />;
}

const isPending = ({ status }: Invitation) => status === "open" || status === "expired";

function InvitationActions({ invitation }: { invitation: Invitation }) {
  const { t } = useLingui();
  const { organization, owner } = useOrganization();
  const text = useProblemText();
  const [asked, setAsked] = useState(false);
  const options = { changes: [administratorInvitationsQuery(organization.id).queryKey], onError: (error: Error) => announceFailure(text(error).detail) };
  const resend = useWrite({ ...options, write: (_: void, key) => resendAdministratorInvitation(organization.id, invitation.id, key), onSuccess: () => announce(t`Sent again to ${invitation.email}`) });
  const revoke = useWrite({ changes: options.changes, write: (_: void, key) => revokeAdministratorInvitation(organization.id, invitation.id, key), onSuccess: () => {
    setAsked(false);
    announce(t`Revoked`);
  } });
  return (
    <Group gap={4}>
      {isPending(invitation) && <Button size="compact-sm" variant="subtle" loading={resend.pending} aria-label={t`Resend: ${invitation.email}`} onClick={() => resend.submit()}><Trans>Resend</Trans></Button>}
      {isPending(invitation) && <AccessRequests invitation={invitation} />}
      {invitation.status === "open" && <Button size="compact-sm" variant="subtle" color="red" aria-label={t`Revoke: ${invitation.email}`} onClick={() => setAsked(true)}><Trans>Revoke</Trans></Button>}
      <DeleteButton size="compact-sm" variant="subtle" name={invitation.email} reason={invitation.role === "owner" && !owner && t`Only owners can do this.`} write={() => deleteAdministratorInvitation(organization.id, invitation.id)} changes={options.changes}>
        <Trans>The invitation is deleted with the email address, its links stop working, and an email that was not sent yet is not sent. The person can be invited again.</Trans>
      </DeleteButton>
      <Confirm opened={asked} title={t`Revoke the invitation of ${invitation.email}?`} action={t`Revoke`} danger pending={revoke.pending} error={revoke.error} onConfirm={() => revoke.submit()} onClose={() => setAsked(false)}>
        <Text size="sm"><Trans>Its link stops working. You can invite the address again later.</Trans></Text>
      </Confirm>
    </Group>
  );
}
