import { useLingui } from "@lingui/react/macro";
import { Tag, type Tone } from "../ui/Tag";
import type { Mobilizer } from "./queries";

export type MatchStatus = Mobilizer["match_status"];

/** useMatchNames names the match statuses. */
export function useMatchNames(): Record<MatchStatus, string> {
  const { t } = useLingui();
  return {
    CONFIRMED: t`Matched`, PENDING: t`Not tried`, NO_MATCHES: t`Not found`,
    REG_ELIGIBLE: t`Not found, eligible to register`, REG_INELIGIBLE: t`Not found, not eligible`, REG_UNCERTAIN: t`Not found, eligibility unknown`,
  };
}

export function MatchTag({ status }: { status: MatchStatus }) {
  const names = useMatchNames();
  const tone: Tone = status === "CONFIRMED" ? "good" : status === "PENDING" ? "neutral" : "attention";
  return <Tag tone={tone}>{names[status]}</Tag>;
}
