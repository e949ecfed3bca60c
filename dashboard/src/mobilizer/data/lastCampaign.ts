import type { Session } from "./session";

const storageKey = "kith-last-campaign";

/** rememberCampaign keeps the campaign that the person used last, for the next start. */
export const rememberCampaign = ({ id }: { id: string }) => localStorage.setItem(storageKey, id);

/** lastCampaign returns the id of the campaign that the person used last; null if there is none. */
export const lastCampaign = () => localStorage.getItem(storageKey);

const onlyKey = "kith-only-campaign";

/** rememberOnlyCampaign keeps a user's campaign if they are in one only. The next start opens it without asking the API. */
export function rememberOnlyCampaign(user: string, { campaigns }: Session) {
  const present = campaigns.filter((c) => !c.left_at);
  if (present.length === 1) localStorage.setItem(onlyKey, JSON.stringify([user, present[0]!.id]));
  else localStorage.removeItem(onlyKey);
}

/** onlyCampaign returns the id of a user's campaign if they are in one only, as far as this phone knows. */
export function onlyCampaign(user: string): string | undefined {
  const [of, id] = JSON.parse(localStorage.getItem(onlyKey) ?? "[]") as string[];
  return of === user ? id : undefined;
}

/** forgetCampaigns deletes what this file keeps. */
export function forgetCampaigns() {
  localStorage.removeItem(storageKey);
  localStorage.removeItem(onlyKey);
}
