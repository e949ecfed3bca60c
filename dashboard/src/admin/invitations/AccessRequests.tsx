import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, send, type Schemas } from "../../api/client";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { Dialog } from "../ui/Dialog";
import { FormProblem } from "../ui/FormProblem";
import { Instant } from "../ui/Instant";
import { Empty, ErrorState, Loading } from "../ui/State";
import { Tag } from "../ui/Tag";
import { invitationsKey, type Invitation } from "./queries";

type AccessRequest = Schemas["AccessRequest"];

interface AccessRequestsProps {
  invitation: Invitation;
  opened: boolean;
  onClose: () => void;
}

/** AccessRequests shows who asks to accept an invitation with another address than the invited one, to be decided here. */
export function AccessRequests({ invitation, opened, onClose }: AccessRequestsProps) {
  const { t } = useLingui();
  return (
    <Dialog side opened={opened} onClose={onClose} title={t`Access requests`}>
      <Text size="sm" c="dimmed" mb="md"><Trans>People who have the link of {invitation.email}, and signed in with another address. Approve only somebody you know.</Trans></Text>
      <RequestList invitation={invitation} />
    </Dialog>
  );
}

function RequestList({ invitation }: { invitation: Invitation }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const path = { campaign: campaign.id, invitation: invitation.id };
  const requests = useQuery({
    queryKey: [...invitationsKey(campaign.id), invitation.id, "access-requests"],
    queryFn: () => send(() => api.GET("/v1/admin/campaigns/{campaign}/invitations/{invitation}/access-requests", { params: { path } })),
  });
  if (requests.isError) return <ErrorState error={requests.error} retry={() => void requests.refetch()} />;
  if (!requests.data) return <Loading />;
  if (requests.data.items.length === 0) return <Empty title={t`Nobody asks`} />;
  return <Stack gap="sm">{requests.data.items.map((request) => <Request key={request.id} invitation={invitation} request={request} />)}</Stack>;
}

function Request({ invitation, request }: { invitation: Invitation; request: AccessRequest }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const path = { campaign: campaign.id, invitation: invitation.id, access_request: request.id };
  const decide = useWrite({
    write: (decision: "approve" | "decline", key) => {
      const params = { path, header: { "Idempotency-Key": key } };
      return decision === "approve"
        ? send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/{invitation}/access-requests/{access_request}/approve", { params }))
        : send(() => api.POST("/v1/admin/campaigns/{campaign}/invitations/{invitation}/access-requests/{access_request}/decline", { params }));
    },
    changes: [invitationsKey(campaign.id)],
    onSuccess: (_, decision) => announce(decision === "approve" ? t`Approved. They hear of it by email.` : t`Declined. They hear of it by email.`),
  });
  const names: Record<AccessRequest["status"], string> = { pending: t`Waiting for a decision`, approved: t`Approved`, declined: t`Declined`, lapsed: t`Approval has lapsed` };
  const open = request.status === "pending" || request.status === "lapsed";
  return (
    <Paper withBorder p="md">
      <Text fw={600}>{request.name}</Text>
      <Text size="sm">{request.email}</Text>
      <Text size="sm" c="dimmed" mb="xs"><Instant at={request.requested_at} timeZone={campaign.time_zone} /> · <Tag tone={open ? "attention" : "neutral"}>{names[request.status]}</Tag></Text>
      <FormProblem error={decide.error} form={request.id} />
      {open && (
        <Group gap="sm">
          <Button size="xs" loading={decide.pending} onClick={() => decide.submit("approve")}><Trans>Approve</Trans></Button>
          <Button size="xs" variant="default" disabled={decide.pending} onClick={() => decide.submit("decline")}><Trans>Decline</Trans></Button>
        </Group>
      )}
    </Paper>
  );
}
