import { api, send } from "../api/client";
import { isMobilizerPath, keepSignInProblem, moveSignIn, staysSignedIn, users } from "./users";

/**
 * completeSignIn takes the tokens on the way back from the issuer, starts the session and returns the path to go on at.
 * After a reload of /callback, or a cancelled sign-in, it returns "/", or the page of the mobilizers' app that asked for the
 * sign-in: that page asks to sign in again.
 */
export async function completeSignIn(): Promise<string> {
  try {
    const user = await users.signinRedirectCallback();
    await send(() => api.POST("/v1/session", { body: { id_token: user.id_token! } }));
    const path = typeof user.state === "string" ? user.state : "/";
    if (isMobilizerPath(path) && staysSignedIn()) await moveSignIn();
    return path;
  } catch (error) {
    const asked = (error as { state?: unknown }).state;
    if (typeof asked !== "string" || !isMobilizerPath(asked)) return "/";
    keepSignInProblem((error as { error?: unknown }).error === "access_denied" ? "cancelled" : "failed");
    return asked;
  }
}
