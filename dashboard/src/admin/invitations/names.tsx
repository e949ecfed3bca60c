import { useLingui } from "@lingui/react/macro";
import { Tag, type Tone } from "../ui/Tag";
import type { Invitation } from "./queries";

/** useStatusNames names the statuses of invitations. */
export function useStatusNames(): Record<Invitation["status"], string> {
  const { t } = useLingui();
  return { open: t`Open`, accepted: t`Accepted`, expired: t`Expired`, revoked: t`Revoked` };
}

const statusTones: Record<Invitation["status"], Tone> = { open: "neutral", accepted: "good", expired: "attention", revoked: "neutral" };

export function StatusTag({ status }: { status: Invitation["status"] }) {
  return <Tag tone={statusTones[status]}>{useStatusNames()[status]}</Tag>;
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
