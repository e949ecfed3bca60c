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

interface Named {
  first_name?: string;
  last_name?: string;
  preferred_name?: string;
}

/** fullName writes a person's name, with the preferred name where it differs from the first. */
export function fullName({ first_name, last_name, preferred_name }: Named): string {
  const preferred = preferred_name && preferred_name !== first_name ? `“${preferred_name}”` : "";
  return [first_name, preferred, last_name].filter(Boolean).join(" ") || "–";
}
