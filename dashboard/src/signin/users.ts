import { User, UserManager, WebStorageStateStore, type UserManagerSettings } from "oidc-client-ts";
import { setSession } from "../api/client";
import { loadConfig } from "../api/config";
import { clearDrafts } from "../ui/drafts";

const config = await loadConfig();

const settings = {
  authority: config.issuer,
  client_id: config.client_id,
  redirect_uri: location.origin + "/callback",
  post_logout_redirect_uri: location.origin + "/",
  scope: config.scope,
  resource: config.audience || undefined,
  automaticSilentRenew: false, // token renews when it is needed
  loadUserInfo: false,
  monitorSession: false,
} satisfies UserManagerSettings;

interface TokenResponse {
  id_token: string;
  access_token: string;
  refresh_token?: string;
  token_type: string;
  scope?: string;
  expires_in: number;
}

const managerOf = (store: Storage) => new UserManager({ ...settings, userStore: new WebStorageStateStore({ store }) });

const staysKey = "kith-stay-signed-in";

/** staysSignedIn reports whether the mobilizers' app keeps the sign-in on this phone, and not in this tab only. */
export const staysSignedIn = () => localStorage.getItem(staysKey) !== null;

/** isMobilizerPath reports whether a path belongs to the mobilizers' app. */
export const isMobilizerPath = (path: string) => /^\/m(\/|$)/.test(path);

/** users holds the signed-in person's tokens: for this tab only, except in the mobilizers' app of a phone that keeps them. */
export let users = managerOf(isMobilizerPath(location.pathname) && staysSignedIn() ? localStorage : sessionStorage);

const handOverKey = "kith-handover";

/** adoptSignIn takes the tokens of a person who has just joined from the join page, which ran in this tab. */
export async function adoptSignIn() {
  const text = sessionStorage.getItem(handOverKey);
  if (text === null) return;
  sessionStorage.removeItem(handOverKey);
  const tokens = JSON.parse(text) as TokenResponse;
  const [, claims = ""] = tokens.id_token.split(".");
  const bytes = Uint8Array.from(atob(claims.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const profile = JSON.parse(new TextDecoder().decode(bytes)) as User["profile"];
  await users.storeUser(new User({ ...tokens, profile, expires_at: Math.floor(Date.now() / 1000) + tokens.expires_in }));
}

/** setStaysSignedIn chooses whether the mobilizers' app keeps the sign-in on this phone. */
export const setStaysSignedIn = (stays: boolean) => (stays ? localStorage.setItem(staysKey, "1") : localStorage.removeItem(staysKey));

/** moveSignIn moves the person's tokens to the place that staysSignedIn chooses. */
export async function moveSignIn() {
  const user = await users.getUser();
  const moved = managerOf(staysSignedIn() ? localStorage : sessionStorage);
  await users.removeUser();
  users = moved;
  await users.storeUser(user);
}

/** signedInUser returns the issuer's id of the signed-in person; undefined if nobody is signed in. */
export const signedInUser = async () => (await users.getUser())?.profile.sub;

const problemKey = "kith-sign-in-problem";

export type SignInProblem = "cancelled" | "failed";

/** keepSignInProblem keeps why a sign-in did not succeed, for the mobilizers' app, which is another page. */
export const keepSignInProblem = (problem: SignInProblem) => sessionStorage.setItem(problemKey, problem);

/** takeSignInProblem returns why the last sign-in did not succeed, once; null if it did. */
export function takeSignInProblem(): SignInProblem | null {
  const problem = sessionStorage.getItem(problemKey) as SignInProblem | null;
  sessionStorage.removeItem(problemKey);
  return problem;
}

const expiry = new EventTarget();
let renewing: Promise<boolean> | undefined;

// A refresh token works once. Tabs share the tokens of a phone that keeps them, so one tab renews at a time, and the others
// take the token that it got.
async function renewOnce(): Promise<boolean> {
  const stale = (await users.getUser())?.access_token;
  return navigator.locks.request("kith-renewal", async () => {
    const user = await users.getUser();
    if (user && !user.expired && user.access_token !== stale) return true;
    if (!user?.refresh_token) return false;
    return (await users.signinSilent()) !== null;
  });
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

/**
 * signOut ends the sign-in here and at the issuer. The refresh token is revoked; if that fails, the sign-out goes on. Cognito revokes no
 * access tokens.
 */
export async function signOut() {
  clearDrafts();
  await users.revokeTokens(["refresh_token"]).catch(() => undefined);
  if (!config.sign_out) return users.signoutRedirect();
  await users.removeUser();
  location.assign(`${config.sign_out}?${new URLSearchParams({ client_id: config.client_id, logout_uri: location.origin + "/" })}`);
}
