import { api, send } from "../api/client";
import { users } from "./users";

/**
 * completeSignIn takes the tokens on the way back from the issuer, starts the session and returns the path to go on at.
 * After a reload of /callback, or a cancelled sign-in, it returns "/": the page there asks to sign in again.
 */
export async function completeSignIn(): Promise<string> {
  try {
    const user = await users.signinRedirectCallback();
    await send(() => api.POST("/v1/session", { body: { id_token: user.id_token! } }));
    return typeof user.state === "string" ? user.state : "/";
  } catch {
    return "/";
  }
}
