import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { pendingRequestsQuery } from "../data/accessRequests";
import { useCampaign } from "../shell/CampaignContext";
import { RequestsBadge } from "../ui/RequestsBadge";
import { TabLinks } from "../ui/TabLinks";

/** InvitationTabs leads between invitations and the requests to accept one with another address. */
export function InvitationTabs() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const pending = useQuery(pendingRequestsQuery(campaign.id)).data;
  const params = { campaign: campaign.id };
  return <TabLinks label={t`Invitations`} tabs={[
    { label: t`Invitations`, link: { to: "/c/$campaign/invitations", params, activeOptions: { exact: true, includeSearch: false } } },
    { label: t`Access requests`, badge: !!pending && <RequestsBadge count={pending} />, link: { to: "/c/$campaign/invitations/requests", params, activeOptions: { includeSearch: false } } },
  ]} />;
}
