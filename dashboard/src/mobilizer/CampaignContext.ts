import { createContext, useContext } from "react";
import type { CampaignCopy } from "./data/campaign";
import type { Outbox, Snapshot } from "./outbox/outbox";
import type { Route } from "./route";

/** CampaignPageData is a campaign with all contacts, as they will be when all writes are sent. */
export interface CampaignPageData extends CampaignCopy {
  id: string;
  route: Extract<Route, { campaign: string }>;
  /** Whether answers, notes and contacts can be changed: the campaign is active, and the person has not left it. */
  editable: boolean;
  outbox: Outbox;
  /** What the outbox holds now. */
  pending: Snapshot;
}

export const CampaignContext = createContext<CampaignPageData | undefined>(undefined);

/** useCampaign returns the campaign of the present page. */
export function useCampaign(): CampaignPageData {
  const data = useContext(CampaignContext);
  if (!data) throw new Error("useCampaign needs a CampaignFrame");
  return data;
}
