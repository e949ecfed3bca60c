import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
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
    suppressed: t`Not sent`, unsubscribed: t`Not sent: unsubscribed`,
  };
}

/** useNotSentReasons says why the latest email of an invitation was not sent, and what to do. */
export function useNotSentReasons(): Record<NonNullable<Invitation["not_sent_reason"]>, string> {
  const { t } = useLingui();
  return {
    unwritable: t`This email can't be written. Check the names and the address, then revoke this invitation and invite the person again.`,
    elsewhere: t`This address gets no email from organizations that are new to Kith. Give them the link of the landing page in another way.`,
    address_limit: t`This address was sent many invitations in the last days. Contact the person in another way, or resend the invitation in a few days.`,
    address: t`The email service doesn't accept this address. Ask for another address.`,
    content: t`The email service refused the text of this email. Check the names of the person, the campaign and the organization, then resend the invitation.`,
  };
}

const failed: Invitation["delivery_status"][] = ["bounced", "complained", "rejected", "suppressed", "unsubscribed"];

export function DeliveryTag({ invitation }: { invitation: Invitation }) {
  const { delivery_status: status, not_sent_reason: reason } = invitation;
  const reasons = useNotSentReasons();
  return (
    <>
      <Tag tone={failed.includes(status) ? "bad" : status === "delivered" ? "good" : "neutral"}>{useDeliveryNames()[status]}</Tag>
      {reason && <Text size="sm" maw={280}>{reasons[reason]}</Text>}
    </>
  );
}
