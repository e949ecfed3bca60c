import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { actionItemsQuery, type ActionItem } from "../../data/campaigns";
import { useTexts } from "../../data/texts";
import type { Choice, Filter } from "../../list/filters";
import { useCampaign } from "../../shell/CampaignContext";
import { fullName } from "../../ui/fullName";
import { placeName } from "../../ui/placeName";
import { useMatchNames } from "../names";
import { listMobilizers, mobilizerQuery, type Mobilizer } from "../queries";

/** useActionChoices returns a function that returns the conditions on the response to an action item. */
function useActionChoices() {
  const { t } = useLingui();
  const texts = useTexts();
  return (item: ActionItem): Choice[] => {
    const name = item.nickname || texts.write({ text: item.title, text_es: item.title_es });
    const heading = item.archived_at ? t`${name} (archived)` : name;
    const choice = (value: string, label: string) => ({ value: `${item.id}:${value}`, label: `${heading}: ${label}` });
    const task = item.type === "TASK" ? [choice("done", t`completed`), choice("not_done", t`not completed`)] : [];
    const options = (item.options ?? []).map((option) => choice(option.id, texts.write(option)));
    return [...task, ...options, choice("answered", t`answered`), choice("not_answered", t`not answered`)];
  };
}

/** nameApart names mobilizers as choices: those with the same name with their place, and with a number if they share it. */
function nameApart(mobilizers: Mobilizer[]): Choice[] {
  const taken = new Map<string, number>();
  return mobilizers.map((m) => {
    const shared = mobilizers.filter((other) => fullName(other) === fullName(m)).length > 1;
    const label = [fullName(m), shared && placeName(m)].filter(Boolean).join(", ");
    const number = (taken.get(label) ?? 0) + 1;
    taken.set(label, number);
    return { value: m.id, label: number > 1 ? `${label} (${number})` : label };
  });
}

/** useContactFilters returns the filters of the Contacts table. */
export function useContactFilters(mobilizer?: string): Filter[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const matches = useMatchNames();
  const texts = useTexts();
  const actionChoices = useActionChoices();
  const items = useQuery(actionItemsQuery(campaign.id)).data ?? [];
  const responses = campaign.key_question.responses.map((r) => ({ value: r.id, label: texts.write(r) }));
  const chosen = useQuery({ ...mobilizerQuery(campaign.id, mobilizer ?? ""), enabled: mobilizer !== undefined }).data;
  const findMobilizers = async (search: string) => nameApart((await listMobilizers(campaign.id, { search, limit: 10 })).items);
  const yesNo = [{ value: "true", label: t`Yes` }, { value: "false", label: t`No` }];
  const more = true;
  return [
    { name: "match_status", label: t`Voter match`, multiple: true, choices: Object.entries(matches).map(([value, label]) => ({ value, label })) },
    { name: "response_id", label: t`Key Question response`, multiple: true, choices: [...responses, { value: "none", label: t`No response yet` }] },
    { name: "action_response", label: t`Action item`, more, choices: items.flatMap(actionChoices) },
    { name: "touchpoints_min", label: t`Touchpoints, at least`, more, input: "number", choices: [] },
    { name: "touchpoints_max", label: t`Touchpoints, at most`, more, input: "number", choices: [] },
    { name: "added_from", label: t`Added from`, more, input: "date", choices: [] },
    { name: "added_to", label: t`Added until`, more, input: "date", choices: [] },
    { name: "active_from", label: t`Last activity from`, more, input: "date", choices: [] },
    { name: "active_to", label: t`Last activity until`, more, input: "date", choices: [] },
    { name: "silent_days", label: t`Days without activity`, more, input: "number", choices: [] },
    { name: "city", label: t`City`, more, input: "text", choices: [] },
    { name: "zip", label: t`Zip code`, more, input: "text", choices: [] },
    { name: "has_vote_plan", label: t`Has a vote plan`, more, choices: yesNo },
    { name: "has_notes", label: t`Has notes`, more, choices: yesNo },
    { name: "mobilizer_id", label: t`Mobilizer`, more, choices: chosen ? [{ value: chosen.id, label: fullName(chosen) }] : [], find: findMobilizers },
  ];
}
