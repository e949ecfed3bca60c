import createClient from "openapi-fetch";
import { loadConfig } from "./config";
import type { components, paths } from "./generated";
import { ApiError, NetworkError, type Problem } from "./problem";

export type Schemas = components["schemas"];

/** Session supplies access tokens. renew gets a new one after the API refused the present one, or fails. */
export interface Session {
  token(): Promise<string | undefined>;
  renew(): Promise<boolean>;
  expired(): void;
}

let session: Session | undefined;

/** useSession registers the signed-in person's tokens with the client. */
export function setSession(next: Session) {
  session = next;
}

// The base address must be known first: rebuilding a Request turns its body into a stream, which Chromium refuses over HTTP/1.
export const api = createClient<paths>({
  baseUrl: (await loadConfig()).api,
  fetch: (request) => fetch(request), // tests replace the global
});

api.use({
  async onRequest({ request }) {
    const token = await session?.token();
    if (token) request.headers.set("Authorization", "Bearer " + token);
    request.headers.set("Accept-Language", document.documentElement.lang || "en");
    return request;
  },
  onError: ({ error }) => new NetworkError(String(error)),
});

type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/**
 * send makes a request and returns its data. It makes the request once more with a renewed token if the API refuses the
 * present one. It fails with ApiError for an answer that is no success, and with NetworkError without an answer.
 */
export async function send<T>(request: () => Answer<T>): Promise<T> {
  let answer = await request();
  if (answer.response.status === 401 && session) {
    if (!(await session.renew())) session.expired();
    else answer = await request();
  }
  if (answer.response.ok) return answer.data as T;
  throw apiError(answer.error, answer.response);
}

function apiError(body: unknown, response: Response) {
  const retryAfter = Number(response.headers.get("Retry-After")) || undefined;
  return new ApiError(isProblem(body) ? body : unreadable(response), response.headers.get("Apigw-Requestid") ?? undefined, retryAfter);
}

const isProblem = (body: unknown): body is Problem => typeof body === "object" && body !== null && "code" in body && "detail" in body;

// The gateway answers some refusals itself, without a problem document.
const unreadable = (response: Response): Problem => ({
  type: "about:blank", title: response.statusText, status: response.status, detail: "",
  code: response.status === 401 ? "unauthenticated" : response.status === 429 ? "rate_limited" : "unavailable",
});
