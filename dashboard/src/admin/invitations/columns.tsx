import { useLingui } from "@lingui/react/macro";
import { Group } from "@mantine/core";
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
  const format = useFormat(campaign.time_zone);
  const date = (instant?: string) => (instant ? format.date(instant) : "–");
  return [
    { id: "name", header: t`Name`, cell: (i) => [i.first_name, i.last_name].filter(Boolean).join(" ") || "–" },
    { id: "email", header: t`Email`, small: true, cell: (i) => i.email },
    {
      id: "status", header: t`Status`, small: true,
      cell: (i) => <Group gap={6}><InvitationTag status={i.status} />{i.resend_requested_at && <Tag tone="attention">{t`Asks for a new one`}</Tag>}</Group>,
    },
    { id: "delivery", header: t`Delivery`, small: true, cell: (i) => <DeliveryTag invitation={i} /> },
    { id: "actions", header: t`Actions`, small: true, cell: (i) => <RowActions invitation={i} /> },
    { id: "by", header: t`Invited by`, cell: (i) => i.invited_by.name },
    { id: "sent", header: t`Sent`, cell: (i) => <Instant at={i.sent_at} timeZone={campaign.time_zone} /> },
    { id: "expires", header: t`Expires`, cell: (i) => (i.status === "open" || i.status === "expired" ? date(i.expires_at) : "–") },
    { id: "accepted", header: t`Accepted on`, cell: (i) => date(i.accepted_at) },
  ];
}
