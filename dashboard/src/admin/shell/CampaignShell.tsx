import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useFormat } from "../../ui/format";
import { pendingRequestsQuery } from "../data/accessRequests";
import { campaignQuery, type Campaign } from "../data/campaigns";
import { forgetCampaign, rememberCampaign } from "../data/lastCampaign";
import { organizationQuery } from "../data/session";
import { RequestsBadge } from "../ui/RequestsBadge";
import { Loading } from "../ui/State";
import { CampaignContext } from "./CampaignContext";
import { ErrorPage } from "./ErrorPage";
import type { NavItem } from "./NavList";
import { OutsideShell } from "./OutsideShell";
import { Notice, Shell } from "./Shell";

function useCampaignNav(campaign: string): NavItem[] {
  const { t } = useLingui();
  const params = { campaign };
  const pending = useQuery(pendingRequestsQuery(campaign)).data;
  return [
    { label: t`Content`, icon: "content", link: { to: "/c/$campaign/content", params } },
    { label: t`Analytics`, icon: "analytics", link: { to: "/c/$campaign/analytics", params } },
    { label: t`People`, icon: "people", link: { to: "/c/$campaign/people", params } },
    { label: t`Invitations`, icon: "invitations", badge: !!pending && <RequestsBadge count={pending} />, link: { to: "/c/$campaign/invitations", params } },
    { label: t`Exports`, icon: "exports", link: { to: "/c/$campaign/exports", params } },
  ];
}

function ClosedNotice({ campaign }: { campaign: Campaign }) {
  const format = useFormat(campaign.time_zone);
  const day = campaign.closed_at ? format.date(campaign.closed_at) : "";
  return <Notice><Trans>Closed on {day}. Mobilizers can only read. You can rename the campaign, write management notes and export.</Trans></Notice>;
}

/** CampaignShell loads the campaign of the address for the pages below it. */
export function CampaignShell() {
  const { campaign: id } = useParams({ from: "/c/$campaign" });
  const campaign = useQuery(campaignQuery(id));
  const organization = useQuery({ ...organizationQuery(campaign.data?.organization_id ?? ""), enabled: campaign.isSuccess });
  const nav = useCampaignNav(id);
  useEffect(() => {
    if (campaign.isSuccess) rememberCampaign(id);
    if (campaign.isError) forgetCampaign();
  }, [id, campaign.isSuccess, campaign.isError]);

  const error = campaign.error ?? organization.error;
  if (!campaign.data || !organization.data) {
    return error ? <ErrorPage error={error} retry={() => void campaign.refetch()} /> : <OutsideShell><Loading /></OutsideShell>;
  }
  const closed = campaign.data.status === "closed";
  const access = { campaign: campaign.data, organization: organization.data, closed, owner: organization.data.role === "owner" };
  return (
    <CampaignContext value={access}>
      <Shell nav={nav} organization={organization.data} campaign={campaign.data}>
        {closed && <ClosedNotice campaign={campaign.data} />}
        <Outlet />
      </Shell>
    </CampaignContext>
  );
}
