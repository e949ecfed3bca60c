import { Trans, useLingui } from "@lingui/react/macro";
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../../api/client";
import { Breakable } from "../../../ui/Breakable";
import { useFormat, viewerZone } from "../../../ui/format";
import { useWrite } from "../../data/useWrite";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import { useOrganization } from "../../shell/OrganizationShell";
import { DecisionButtons, RequestTag, useDecisionText, type Decision } from "../../ui/AccessRequests";
import { announce, announceFailure } from "../../ui/announce";
import { Dialog } from "../../ui/Dialog";
import { ReasonButton } from "../../ui/ReasonButton";
import { RequestsBadge } from "../../ui/RequestsBadge";
import { useProblemText } from "../../ui/problems";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { administratorInvitationsQuery, administratorRequestsQuery, decideAdministratorRequest, type Invitation } from "../queries";

type AccessRequest = Schemas["AccessRequest"];

/**
 * AccessRequests shows who requests to accept an invitation to administer with another address, to be decided there, and how many
 * of them wait.
 */
export function AccessRequests({ invitation }: { invitation: Invitation }) {
  const { t } = useLingui();
  const { organization, owner } = useOrganization();
  const [opened, setOpened] = useState(false);
  const reason = invitation.role === "owner" && !owner && t`Only owners can do this.`;
  const requests = useQuery({ ...administratorRequestsQuery(organization.id, invitation.id), enabled: !reason });
  const pending = requests.data?.items.filter((r) => r.status === "pending").length;
  return (
    <>
      <ReasonButton size="compact-sm" variant="subtle" reason={reason} aria-label={t`Access requests: ${invitation.email}`} onClick={() => setOpened(true)}><Trans>Access requests</Trans></ReasonButton>
      {!!pending && <RequestsBadge count={pending} />}
      <Dialog opened={opened} onClose={() => setOpened(false)} title={t`Access requests`}><Requests invitation={invitation} /></Dialog>
    </>
  );
}

function Requests({ invitation }: { invitation: Invitation }) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  const { organization } = useOrganization();
  const requests = useQuery(administratorRequestsQuery(organization.id, invitation.id));
  if (requests.isPending) return <Loading />;
  if (requests.isError) return <ErrorState error={requests.error} retry={() => void requests.refetch()} />;
  if (requests.data.items.length === 0) return <Empty title={t`No access requests yet`}>{t`You decide here when somebody signs in with another address than the invited one.`}</Empty>;
  const columns: Column<AccessRequest>[] = [
    { id: "name", header: t`Name`, cell: (r) => <>{r.name}<Text size="sm"><Breakable>{r.email}</Breakable></Text></> },
    { id: "status", header: t`Status`, cell: (r) => <><RequestTag status={r.status} /><Text size="sm">{format.date(r.requested_at)}</Text></> },
    { id: "actions", header: t`Actions`, cell: (r) => <RequestDecision invitation={invitation} request={r} /> },
  ];
  return (
    <Stack gap="sm">
      <Text size="sm"><Breakable>{t`These people have the link of the invitation of ${invitation.email}, and signed in with another address. Approve only somebody you know.`}</Breakable></Text>
      <RowTable label={t`Access requests`} columns={columns} rows={requests.data.items} rowId={(r) => r.id} />
    </Stack>
  );
}

function RequestDecision({ invitation, request }: { invitation: Invitation; request: AccessRequest }) {
  const { organization } = useOrganization();
  const text = useProblemText();
  const decided = useDecisionText();
  const decide = useWrite({
    write: (decision: Decision, key) => decideAdministratorRequest(organization.id, invitation.id, request, decision, key),
    changes: [administratorInvitationsQuery(organization.id).queryKey],
    onSuccess: (_, decision) => announce(decided(decision)),
    onError: (error) => announceFailure(text(error).detail),
  });
  return <DecisionButtons request={request} pending={decide.pending} onDecide={decide.submit} />;
}
