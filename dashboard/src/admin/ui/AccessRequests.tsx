import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { Tag, type Tone } from "./Tag";
import type { Schemas } from "../../api/client";

type AccessRequest = Schemas["AccessRequest"];

/** useRequestStatusNames names the statuses of access requests. */
export function useRequestStatusNames(): Record<AccessRequest["status"], string> {
  const { t } = useLingui();
  return { pending: t`Waiting for a decision`, approved: t`Approved`, declined: t`Declined`, lapsed: t`Lapsed` };
}

const tones: Record<AccessRequest["status"], Tone> = { pending: "attention", approved: "good", declined: "neutral", lapsed: "neutral" };

export function RequestTag({ status }: { status: AccessRequest["status"] }) {
  return <Tag tone={tones[status]}>{useRequestStatusNames()[status]}</Tag>;
}

export type Decision = "approve" | "decline";

interface DecisionButtonsProps {
  request: AccessRequest;
  pending: boolean;
  onDecide: (decision: Decision) => void;
}

/** DecisionButtons approve or decline an access request. An approved one can still be declined, and a declined one approved. */
export function DecisionButtons({ request: { name, status }, pending, onDecide }: DecisionButtonsProps) {
  const { t } = useLingui();
  if (status === "lapsed") return "–";
  return (
    <Group gap={4}>
      {status !== "approved" && <Button size="compact-sm" loading={pending} aria-label={t`Approve: ${name}`} onClick={() => onDecide("approve")}><Trans>Approve</Trans></Button>}
      {status !== "declined" && <Button size="compact-sm" variant="default" disabled={pending} aria-label={t`Decline: ${name}`} onClick={() => onDecide("decline")}><Trans>Decline</Trans></Button>}
    </Group>
  );
}

/** useDecisionText says what a decision about an access request has done. */
export function useDecisionText() {
  const { t } = useLingui();
  return (decision: Decision) => (decision === "approve" ? t`Approved. They hear of it by email.` : t`Declined. They hear of it by email.`);
}
