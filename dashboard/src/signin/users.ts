import { UserManager, WebStorageStateStore } from "oidc-client-ts";
import { setSession } from "../api/client";
import { loadConfig } from "../api/config";
import { clearDrafts } from "../ui/drafts";

const config = await loadConfig();

/** users holds the signed-in person's tokens, for this tab only. */
export const users = new UserManager({
  authority: config.issuer,
  client_id: config.client_id,
  redirect_uri: location.origin + "/callback",
  post_logout_redirect_uri: location.origin + "/",
  scope: config.scope,
  resource: config.audience || undefined,
  userStore: new WebStorageStateStore({ store: sessionStorage }),
  automaticSilentRenew: true,
  loadUserInfo: false,
  monitorSession: false,
  revokeTokensOnSignout: true,
});

const expiry = new EventTarget();
let renewing: Promise<boolean> | undefined;

async function renewOnce(): Promise<boolean> {
  const user = await users.getUser();
  if (!user?.refresh_token) return false;
  return (await users.signinSilent()) !== null;
}

/** renew gets a new access token by the refresh token. Concurrent calls share one renewal. It reports whether that worked. */
export function renew(): Promise<boolean> {
  renewing ??= renewOnce().catch(() => false).finally(() => (renewing = undefined));
  return renewing;
}

setSession({
  async token() {
    const user = await users.getUser();
    if (user?.expired) await renew();
    return (await users.getUser())?.access_token;
  },
  renew,
  expired: () => void expiry.dispatchEvent(new Event("expired")),
});

/** onExpired calls back when the sign-in has ended and could not be renewed. It returns the function that stops that. */
export function onExpired(callback: () => void) {
  expiry.addEventListener("expired", callback);
  return () => expiry.removeEventListener("expired", callback);
}

let leaving = false;

/** isLeaving reports whether the page is on its way to the sign-in, from which it comes back with its drafts. */
export const isLeaving = () => leaving;

/** signIn leaves for the issuer's page and comes back to the present address. */
export function signIn(options: { otherPerson?: boolean } = {}) {
  leaving = true;
  return users.signinRedirect({ state: location.pathname + location.search, prompt: options.otherPerson ? "login" : undefined });
}

/** signOut forgets the tokens and leaves for the issuer's page, which ends the sign-in there. */
export async function signOut() {
  clearDrafts();
  if (!config.sign_out) return users.signoutRedirect();
  await users.revokeTokens().catch(() => undefined);
  await users.removeUser();
  location.assign(`${config.sign_out}?${new URLSearchParams({ client_id: config.client_id, logout_uri: location.origin + "/" })}`);
}
