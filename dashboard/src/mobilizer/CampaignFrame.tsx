import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from "react";
import { isApiError } from "../api/problem";
import { BottomBar } from "./BottomBar";
import { CampaignContext } from "./CampaignContext";
import { CampaignProblem } from "./CampaignProblem";
import { campaignQuery, showCopy, type CampaignCopy } from "./data/campaign";
import { rememberCampaign } from "./data/lastCampaign";
import { useOpenOutbox } from "./data/outbox";
import { withWrite } from "./data/overlay";
import { EndedBanner } from "./EndedBanner";
import type { Outbox } from "./outbox/outbox";
import type { Route } from "./route";
import { StatusLine } from "./StatusLine";
import { Loading } from "./ui/State";

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
  const outbox = useOpenOutbox(route.campaign);
  const { data, error, refetch } = useQuery({ ...campaignQuery(route.campaign), enabled: ready });
  useEffect(() => {
    if (data) rememberCampaign(data.campaign);
  }, [data]);
  if (data && outbox && !isApiError(error, "not_found")) return <LoadedFrame route={route} copy={data} outbox={outbox} failed={error !== null}>{children}</LoadedFrame>;
  return error ? <CampaignProblem campaign={route.campaign} error={error} retry={() => void refetch()} /> : <main><Loading /></main>;
}

interface LoadedFrameProps extends CampaignFrameProps {
  copy: CampaignCopy;
  outbox: Outbox;
  /** Whether the last read failed, so that the copy may be out of date. */
  failed: boolean;
}

function LoadedFrame({ route, copy, outbox, failed, children }: LoadedFrameProps) {
  const pending = useSyncExternalStore(outbox.subscribe, outbox.current);
  const shown = useMemo(() => [...pending.waiting, ...pending.old].reduce((present, { write, createdAt }) => withWrite(present, write, new Date(createdAt).toISOString()), copy), [copy, pending]);
  const { status, membership, name } = shown.campaign;
  const needYou = [...pending.refused, ...pending.old];
  const editable = status === "active" && !membership.left_at;
  return (
    <CampaignContext value={{ ...shown, id: route.campaign, route, editable, outbox, pending }}>
      <header className="top">
        <p>{name}</p>
        <StatusLine
          asOf={copy.asOf} failed={failed} waiting={pending.waiting.length} needsYou={needYou.length}
          needsYouAt={{ screen: editable && pending.old.length === 0 && needYou.every(({ write }) => write.kind === "add") ? "add" : "me", campaign: route.campaign }}
        />
        <EndedBanner campaign={shown.campaign} />
      </header>
      <main>{children}</main>
      <BottomBar route={route} editable={editable} />
    </CampaignContext>
  );
}
