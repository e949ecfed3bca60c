import { useLingui } from "@lingui/react/macro";
import { Group, Text } from "@mantine/core";
import { Breakable } from "../../ui/Breakable";
import { useFormat } from "../../ui/format";
import type { Column } from "../list/columns";
import { useCampaign } from "../shell/CampaignContext";
import { Instant } from "../ui/Instant";
import { DeliveryTag, InvitationTag } from "../ui/InvitationTags";
import { Tag } from "../ui/Tag";
import type { Invitation } from "./queries";
import { RowActions } from "./RowActions";

/** useInvitationColumns returns the columns of the Invitations table. */
export function useInvitationColumns(): Column<Invitation>[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  return [
    { id: "name", header: t`Name`, cell: (i) => <Invitee invitation={i} /> },
    {
      id: "status", header: t`Status`, small: true,
      cell: (i) => (
        <>
          <Group gap={6}><InvitationTag status={i.status} />{i.resend_requested_at && <Tag tone="attention">{t`Asks for a new one`}</Tag>}</Group>
          <StatusDate invitation={i} timeZone={campaign.time_zone} />
        </>
      ),
    },
    {
      id: "delivery", header: t`Delivery`, small: true,
      cell: (i) => <><DeliveryTag invitation={i} />{i.sent_at && i.delivery_status !== "queued" && <Text size="sm"><Instant at={i.sent_at} timeZone={campaign.time_zone} /></Text>}</>,
    },
    { id: "by", header: t`Invited by`, cell: (i) => i.invited_by.name },
    { id: "actions", header: t`Actions`, small: true, cell: (i) => <RowActions invitation={i} /> },
  ];
}

function Invitee({ invitation }: { invitation: Invitation }) {
  const name = [invitation.first_name, invitation.last_name].filter(Boolean).join(" ");
  return <>{name && <div>{name}</div>}<Text size="sm" c="dimmed"><Breakable>{invitation.email}</Breakable></Text></>;
}

/** StatusDate shows until when an open invitation can be accepted, or when it was accepted or expired. */
function StatusDate({ invitation, timeZone }: { invitation: Invitation; timeZone: string }) {
  const { t } = useLingui();
  const format = useFormat(timeZone);
  const instant = { open: invitation.expires_at, expired: invitation.expires_at, accepted: invitation.accepted_at, revoked: undefined }[invitation.status];
  if (!instant) return null;
  const date = format.date(instant);
  return <Text size="sm" style={{ whiteSpace: "nowrap" }}>{invitation.status === "open" ? t`until ${date}` : date}</Text>;
}
