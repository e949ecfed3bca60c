import { createContext, useContext } from "react";
import type { Campaign } from "../data/campaigns";
import type { Organization } from "../data/session";

interface CampaignAccess {
  campaign: Campaign;
  organization: Organization;
  /** closed campaigns accept a new name and description, management notes and exports, and nothing else. */
  closed: boolean;
  /** owner reports whether the signed-in person is an owner of the organization. */
  owner: boolean;
}

export const CampaignContext = createContext<CampaignAccess | undefined>(undefined);

/** useCampaign returns the campaign of the page. It must be called below a campaign's route. */
export function useCampaign(): CampaignAccess {
  const access = useContext(CampaignContext);
  if (!access) throw new Error("useCampaign is called outside a campaign");
  return access;
}
