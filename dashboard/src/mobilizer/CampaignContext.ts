import { createContext, useContext } from "react";
import type { CampaignCopy } from "./data/campaign";
import type { Route } from "./route";

export interface CampaignPageData extends CampaignCopy {
  id: string;
  route: Extract<Route, { campaign: string }>;
  /** Whether answers, notes and contacts can be changed: the campaign is active. */
  editable: boolean;
}

export const CampaignContext = createContext<CampaignPageData | undefined>(undefined);

/** useCampaign returns the campaign of the present page with all contacts, as they will be when all writes are sent. */
export function useCampaign(): CampaignPageData {
  const data = useContext(CampaignContext);
  if (!data) throw new Error("useCampaign needs a CampaignFrame");
  return data;
}
