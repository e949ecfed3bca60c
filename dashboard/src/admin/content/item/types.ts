import { useLingui } from "@lingui/react/macro";
import type { ActionItem } from "../../data/campaigns";

export type ItemType = ActionItem["type"];

export function useTypeNames(): Record<ItemType, string> {
  const { t } = useLingui();
  return { TASK: t`Task`, QUESTION_MULTIPLE_CHOICE: t`Multiple choice question`, QUESTION_FREE_RESPONSE: t`Free response question` };
}

export function useTypeDescriptions(): Record<ItemType, string> {
  const { t } = useLingui();
  return {
    TASK: t`Something to do with a contact. Mobilizers mark it as completed or not.`,
    QUESTION_MULTIPLE_CHOICE: t`A question about a contact, answered with one of your options.`,
    QUESTION_FREE_RESPONSE: t`A question about a contact, answered in the mobilizer's own words.`,
  };
}
