import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import { analyticsQuery, type Analytics, type Campaign } from "../data/campaigns";

type ApiTarget = Schemas["ActionItemTarget"];

/** Target is the target of an action item with all its fields. */
export type Target = { [Name in keyof ApiTarget]-?: NonNullable<ApiTarget[Name]> };

export const targetOf = ({ everyone = false, no_response = false, response_ids }: ApiTarget): Target =>
  ({ everyone, no_response, response_ids: response_ids ?? [] });

/** contactsInTarget counts the contacts whose current response is in the target, from the campaign's ladder. */
export function contactsInTarget(target: Target, { ladder, totals }: Analytics): number {
  if (target.everyone) return totals.contacts;
  const without = totals.contacts - totals.contacts_with_key_question_response.count;
  const chosen = ladder.filter((rung) => target.response_ids.includes(rung.response_id)).map((rung) => rung.contacts.count);
  return chosen.reduce((sum, n) => sum + n, target.no_response ? without : 0);
}

/** useTargetCount returns how many contacts are in a target now; undefined until the numbers are known. */
function useTargetCount(campaign: string, target: Target): number | undefined {
  const { data } = useQuery({ ...analyticsQuery(campaign), refetchInterval: 30_000 });
  return data && contactsInTarget(target, data);
}

/** useTargetCountText names the number of contacts in a target, or returns "…" until it is known. */
export function useTargetCountText(campaign: string, target: Target): string {
  const { t } = useLingui();
  const count = useTargetCount(campaign, target);
  return count === undefined ? "…" : t`${plural(count, { 0: "no contacts now", one: "about # contact now", other: "about # contacts now" })}`;
}

/** useTargetText returns a function that names a target. */
export function useTargetText(campaign: Campaign) {
  const { t } = useLingui();
  return (target: Target) => {
    if (target.everyone) return t`All contacts`;
    const texts = campaign.key_question.responses.filter((r) => target.response_ids.includes(r.id)).map((r) => r.text);
    return [...texts, ...(target.no_response ? [t`No response yet`] : [])].join(", ");
  };
}
