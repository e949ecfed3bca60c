import { useLingui } from "@lingui/react/macro";
import { useCampaign } from "../shell/CampaignContext";
import { TabLinks } from "../ui/TabLinks";

/** ExportTabs leads between exports, schedules and service tokens. */
export function ExportTabs() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const params = { campaign: campaign.id };
  return <TabLinks label={t`Exports`} tabs={[
    { label: t`Exports`, link: { to: "/c/$campaign/exports", params, activeOptions: { exact: true } } },
    { label: t`Schedules`, link: { to: "/c/$campaign/exports/schedules", params } },
    { label: t`Service tokens`, link: { to: "/c/$campaign/exports/tokens", params } },
  ]} />;
}
