// Signing in: OpenID Connect, authorization code with PKCE. What is to be done afterwards waits in this tab's storage.
const place = "kith-sign-in";

function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function endpoints(config) {
  const reply = await fetch(config.issuer.replace(/\/$/, "") + "/.well-known/openid-configuration");
  return reply.json();
}

const callback = () => location.origin + "/callback";

// leave goes to the issuer's pages; task comes back from arrive. With another, they ask who signs in, also somebody who has.
export async function leave(config, task, another = false) {
  const [state, verifier] = [random(), random()];
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const ask = new URLSearchParams({
    response_type: "code", client_id: config.client_id, redirect_uri: callback(), scope: config.scope, state,
    code_challenge: challenge, code_challenge_method: "S256",
  });
  if (config.audience) ask.set("resource", config.audience);
  if (another) ask.set("prompt", "login");
  const page = (await endpoints(config)).authorization_endpoint;
  sessionStorage.setItem(place, JSON.stringify({ state, verifier, task }));
  location.assign(page + "?" + ask);
}

// taken takes what waits: it may hold a passcode, so it does not stay.
function taken() {
  const asked = JSON.parse(sessionStorage.getItem(place) ?? "null");
  sessionStorage.removeItem(place);
  return asked;
}

// unfinished returns the task of somebody who came back without signing in, and forgets it.
export const unfinished = () => taken()?.task;

// arrive takes the tokens after leave, and returns them with the task: no tokens when signing in failed, null when this
// tab did not ask for them.
export async function arrive(config) {
  const back = new URLSearchParams(location.search);
  const asked = taken();
  history.replaceState(null, "", "/callback");
  if (!asked || back.get("state") !== asked.state) return null;
  if (!back.get("code")) return { task: asked.task };
  const body = new URLSearchParams({
    grant_type: "authorization_code", code: back.get("code"), redirect_uri: callback(), client_id: config.client_id,
    code_verifier: asked.verifier,
  });
  if (config.audience) body.set("resource", config.audience);
  try {
    const reply = await fetch((await endpoints(config)).token_endpoint, { method: "POST", body });
    return { tokens: reply.ok ? await reply.json() : undefined, task: asked.task };
  } catch {
    return { task: asked.task };
  }
}
