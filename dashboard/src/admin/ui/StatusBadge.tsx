import { useLingui } from "@lingui/react/macro";
import type { Campaign } from "../data/campaigns";
import { Tag, type Tone } from "./Tag";

const tones: Record<Campaign["status"], Tone> = { draft: "attention", active: "good", closed: "neutral" };

/** StatusBadge names the status of a campaign. */
export function StatusBadge({ status }: { status: Campaign["status"] }) {
  const { t } = useLingui();
  const words = { draft: t`Draft`, active: t`Active`, closed: t`Closed` };
  return <Tag tone={tones[status]}>{words[status]}</Tag>;
}
