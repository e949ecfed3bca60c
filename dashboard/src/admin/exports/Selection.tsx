import { useLingui } from "@lingui/react/macro";
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { actionItemsQuery } from "../data/campaigns";
import { viewsQuery } from "../data/views";
import { useCampaign } from "../shell/CampaignContext";
import { hasViews } from "./exportForm";
import type { ExportRequest } from "./queries";

/** Selection says which rows of its kind an export has: by action item, saved view or filters. It links filters to the list, which names them. */
export function Selection({ value }: { value: Pick<ExportRequest, "type" | "action_item_id" | "view_id" | "filter"> }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const items = useQuery(actionItemsQuery(campaign.id)).data ?? [];
  const views = useQuery(viewsQuery(campaign.id)).data?.items ?? [];
  const { type, action_item_id, view_id, filter } = value;
  if (action_item_id) {
    const item = items.find(({ id }) => id === action_item_id);
    return item ? item.nickname || item.title : t`An action item that no longer exists`;
  }
  if (!hasViews(type)) return null;
  const view = views.find(({ id }) => id === view_id)?.name;
  const words = view ? t`View: ${view}` : view_id ? t`A view that is not shared with you` : filter ? t`Filtered rows` : t`All rows`;
  if (!filter) return words;
  const filters = Object.fromEntries(new URLSearchParams(filter));
  return <Anchor component={Link} size="sm" to={`/c/${campaign.id}/people/${type}`} search={filters as never}>{words}</Anchor>;
}
