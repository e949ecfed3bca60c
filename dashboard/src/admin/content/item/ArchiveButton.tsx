import { useLingui } from "@lingui/react/macro";
import { actionItemsQuery, campaignKey, type ActionItem } from "../../data/campaigns";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce, announceFailure } from "../../ui/announce";
import { useProblemText } from "../../ui/problems";
import { ReasonButton } from "../../ui/ReasonButton";
import { archiveActionItem, restoreActionItem } from "../queries";

/** ArchiveButton takes an action item out of use, or back into use: the one undoes the other. */
export function ArchiveButton({ item, locked }: { item: ActionItem; locked: string | false }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const text = useProblemText();
  const archived = item.archived_at !== undefined;
  const change = useWrite({
    write: (_: void, key) => (archived ? restoreActionItem : archiveActionItem)(campaign.id, item.id, key),
    changes: [actionItemsQuery(campaign.id).queryKey, campaignKey(campaign.id)],
    onSuccess: () => announce(archived ? t`Restored` : t`Archived. It takes no more responses.`),
    onError: (error) => announceFailure(text(error).title),
  });
  return <ReasonButton variant="default" reason={locked} loading={change.pending} onClick={() => change.submit()}>{archived ? t`Restore` : t`Archive`}</ReasonButton>;
}
