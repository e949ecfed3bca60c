import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCampaign } from "../shell/CampaignContext";
import { actionItemsQuery, type ActionItem } from "../data/campaigns";
import { announce, announceFailure } from "../ui/announce";
import { useProblemText } from "../ui/problems";
import { moveElement } from "./choices";
import { orderActionItems } from "./queries";

/** useItemOrder returns a function that moves an action item. The list changes at once; the writes follow in sequence. */
export function useItemOrder(current: ActionItem[]) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const queries = useQueryClient();
  const text = useProblemText();
  const { queryKey } = actionItemsQuery(campaign.id);
  const order = useMutation({
    scope: { id: `order:${campaign.id}` },
    mutationFn: (ids: string[]) => orderActionItems(campaign.id, ids),
    onError: (error) => announceFailure(text(error).title),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  return (from: number, to: number) => {
    const moved = moveElement(current, from, to);
    void queries.cancelQueries({ queryKey });
    queries.setQueryData(queryKey, (list) => list && { ...list, items: [...moved, ...list.items.filter((item) => item.archived_at)] });
    order.mutate(moved.map((item) => item.id));
    announce(t`Moved to position ${to + 1} of ${current.length}`);
  };
}
