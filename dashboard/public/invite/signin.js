// Sign-in by OpenID Connect, authorization code with PKCE. The task to complete after it is kept in the tab's session
// storage. start.ts reads the same key.
const storageKey = "kith-sign-in";

function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function endpoints(config) {
  const response = await fetch(config.issuer.replace(/\/$/, "") + "/.well-known/openid-configuration");
  return response.json();
}

const callback = () => location.origin + "/callback";

// startSignIn opens the issuer's sign-in page; finishSignIn returns the task. With anotherAddress, or for an invitation, which
// takes only a sign-in of the last ten minutes, the issuer asks for a sign-in even if the person is signed in.
export async function startSignIn(config, task, anotherAddress = false) {
  const [state, verifier] = [random(), random()];
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const query = new URLSearchParams({
    response_type: "code", client_id: config.client_id, redirect_uri: callback(), scope: config.scope, state,
    code_challenge: challenge, code_challenge_method: "S256",
  });
  if (config.audience) query.set("resource", config.audience);
  if (anotherAddress || task.token) query.set("prompt", "login");
  const address = (await endpoints(config)).authorization_endpoint;
  sessionStorage.setItem(storageKey, JSON.stringify({ state, verifier, task: { ...task, path: location.pathname } }));
  location.assign(address + "?" + query);
}

// takeSignIn returns the pending sign-in and deletes it, because its task may contain a passcode.
function takeSignIn() {
  const pending = JSON.parse(sessionStorage.getItem(storageKey) ?? "null");
  sessionStorage.removeItem(storageKey);
  return pending;
}

// takePendingTask returns the task of a person who came back without signing in, and deletes it.
export const takePendingTask = () => takeSignIn()?.task;

// finishSignIn exchanges the code for tokens and returns them with the task. It returns no tokens if the sign-in failed or,
// with cancelled, if the person cancelled it; and null if this tab did not start the sign-in. The address becomes that of the
// page that started it, so that a reload shows that page.
export async function finishSignIn(config) {
  const query = new URLSearchParams(location.search);
  const pending = takeSignIn();
  history.replaceState(null, "", pending?.task.path ?? "/callback");
  if (!pending || query.get("state") !== pending.state) return null;
  const { task } = pending;
  if (!query.get("code")) return { task, cancelled: query.get("error") === "access_denied" };
  const body = new URLSearchParams({
    grant_type: "authorization_code", code: query.get("code"), redirect_uri: callback(), client_id: config.client_id,
    code_verifier: pending.verifier,
  });
  if (config.audience) body.set("resource", config.audience);
  try {
    const response = await fetch((await endpoints(config)).token_endpoint, { method: "POST", body });
    return { tokens: response.ok ? await response.json() : undefined, task };
  } catch {
    return { task };
  }
}

// The mobilizers' app takes the tokens from here, so that nobody signs in twice; see src/signin/users.ts.
const handOverKey = "kith-handover";

// handOver leaves the tokens of a person who has joined to the mobilizers' app, in this tab.
export const handOver = (tokens) => sessionStorage.setItem(handOverKey, JSON.stringify(tokens));
