import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { BottomBar } from "./BottomBar";
import { CampaignContext } from "./CampaignContext";
import { campaignQuery, showCopy } from "./data/campaign";
import { rememberCampaign } from "./data/lastCampaign";
import { CampaignProblem } from "./CampaignProblem";
import type { Route } from "./route";
import { Loading } from "./ui/State";
import { StatusLine } from "./StatusLine";

interface CampaignFrameProps {
  route: Extract<Route, { campaign: string }>;
  children: ReactNode;
}

/** CampaignFrame loads the campaign, first from the phone, and shows it around a page. */
export function CampaignFrame({ route, children }: CampaignFrameProps) {
  const queries = useQueryClient();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    showCopy(queries, route.campaign).catch(() => undefined).finally(() => setReady(true));
  }, [queries, route.campaign]);
  const query = useQuery({ ...campaignQuery(route.campaign), enabled: ready });
  const { data, error } = query;
  useEffect(() => {
    if (data) rememberCampaign(data.campaign);
  }, [data]);

  if (!data) return error ? <CampaignProblem error={error} retry={() => void query.refetch()} /> : <main><Loading /></main>;
  const { status, membership } = data.campaign;
  const editable = status === "active" && !membership.left_at;
  return (
    <CampaignContext value={{ ...data, id: route.campaign, route, editable }}>
      <header className="top">
        <p className="campaign-name">{data.campaign.name}</p>
        <StatusLine asOf={data.asOf} failed={error !== null} />
      </header>
      {status === "closed" && <p className="banner"><Trans>This campaign has ended. You can read everything, withdraw consent, or leave.</Trans></p>}
      <main>{children}</main>
      <BottomBar route={route} editable={editable} />
    </CampaignContext>
  );
}
