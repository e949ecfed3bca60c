import { useLingui } from "@lingui/react/macro";
import { Tag, type Tone } from "./Tag";
import type { Schemas } from "../../api/client";

type Invitation = Schemas["Invitation"];

/** useInvitationStatusNames names the statuses of invitations. */
export function useInvitationStatusNames(): Record<Invitation["status"], string> {
  const { t } = useLingui();
  return { open: t`Open`, accepted: t`Accepted`, expired: t`Expired`, revoked: t`Revoked` };
}

const statusTones: Record<Invitation["status"], Tone> = { open: "neutral", accepted: "good", expired: "attention", revoked: "neutral" };

export function InvitationTag({ status }: { status: Invitation["status"] }) {
  return <Tag tone={statusTones[status]}>{useInvitationStatusNames()[status]}</Tag>;
}

/** useDeliveryNames names what became of the latest email of an invitation. */
export function useDeliveryNames(): Record<Invitation["delivery_status"], string> {
  const { t } = useLingui();
  return {
    queued: t`Waiting`, sent: t`Sent`, delivered: t`Delivered`, bounced: t`Bounced`, complained: t`Marked as spam`, rejected: t`Rejected`,
    suppressed: t`Not sent: earlier email came back`, unsubscribed: t`Not sent: unsubscribed`,
  };
}

const failed: Invitation["delivery_status"][] = ["bounced", "complained", "rejected", "suppressed", "unsubscribed"];

export function DeliveryTag({ status }: { status: Invitation["delivery_status"] }) {
  return <Tag tone={failed.includes(status) ? "bad" : status === "delivered" ? "good" : "neutral"}>{useDeliveryNames()[status]}</Tag>;
}
