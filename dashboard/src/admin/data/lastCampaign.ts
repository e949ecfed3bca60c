const storageKey = "kith-campaign";

/** lastCampaign returns the campaign that was opened last in this browser. */
export const lastCampaign = () => localStorage.getItem(storageKey) ?? undefined;

export const rememberCampaign = (campaign: string) => localStorage.setItem(storageKey, campaign);

export const forgetCampaign = () => localStorage.removeItem(storageKey);
