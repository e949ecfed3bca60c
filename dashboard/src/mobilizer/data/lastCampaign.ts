const storageKey = "kith-last-campaign";

/** rememberCampaign keeps the campaign that the person used last, for the next start. */
export const rememberCampaign = ({ id }: { id: string }) => localStorage.setItem(storageKey, id);

/** lastCampaign returns the id of the campaign that the person used last; null if there is none. */
export const lastCampaign = () => localStorage.getItem(storageKey);
