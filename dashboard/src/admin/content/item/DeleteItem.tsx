import { Trans } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { actionItemsQuery, campaignKey, type ActionItem } from "../../data/campaigns";
import { useCampaign } from "../../shell/CampaignContext";
import { DeleteButton } from "../../ui/DeleteButton";
import { deleteActionItem } from "../queries";

/** DeleteItem deletes an action item that was never answered. */
export function DeleteItem({ item, locked }: { item: ActionItem; locked: string | false }) {
  const { campaign } = useCampaign();
  const navigate = useNavigate();
  const remove = async () => {
    await deleteActionItem(campaign.id, item.id, item.revision);
    await navigate({ to: "/c/$campaign/content", params: { campaign: campaign.id }, replace: true });
  };
  return (
    <DeleteButton name={item.title} reason={locked} write={remove} changes={[actionItemsQuery(campaign.id).queryKey, campaignKey(campaign.id)]}>
      <Trans>Its texts, links and options are deleted, and mobilizers no longer see it. Nobody has answered it. This can't be undone.</Trans>
    </DeleteButton>
  );
}
