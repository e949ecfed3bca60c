import { useSyncExternalStore } from "react";

/** Route is an address of the app. */
export type Route =
  /** all lists the campaigns also if there is only one to open. */
  | { screen: "campaigns"; all?: boolean }
  | { screen: "next" | "people" | "me" | "add" | "paste" | "file" | "known" | "match"; campaign: string; who?: string }
  | { screen: "person"; campaign: string; contact: string };

export type Screen = Route["screen"];

const paths = { people: "people", me: "me", add: "add", "add/paste": "paste", "add/file": "file", "add/known": "known", match: "match" } as const;

/** readRoute returns the route of a path; undefined if the app has no such page. */
export function readRoute(path: string): Route | undefined {
  const [campaign, ...rest] = path.replace(/^\/m\/?/, "").replace(/\/$/, "").split("/").map(decodeURIComponent);
  if (!campaign) return { screen: "campaigns" };
  if (rest.length === 0) return { screen: "next", campaign };
  if (rest[0] === "people" && rest[1] && rest.length === 2) return { screen: "person", campaign, contact: rest[1] };
  const screen = paths[rest.join("/") as keyof typeof paths] as (typeof paths)[keyof typeof paths] | undefined;
  return screen && { screen, campaign };
}

/** pathOf returns the path of a route. */
export function pathOf(route: Route): string {
  if (route.screen === "campaigns") return route.all ? "/m/?all" : "/m/";
  const base = "/m/" + encodeURIComponent(route.campaign);
  if (route.screen === "next") return base;
  if (route.screen === "person") return `${base}/people/${encodeURIComponent(route.contact)}`;
  const [path] = Object.entries(paths).find(([, screen]) => screen === route.screen)!;
  return `${base}/${path}` + (route.who ? `?who=${encodeURIComponent(route.who)}` : "");
}

const changes = new EventTarget();

const subscribe = (callback: () => void) => {
  addEventListener("popstate", callback);
  changes.addEventListener("change", callback);
  return () => {
    removeEventListener("popstate", callback);
    changes.removeEventListener("change", callback);
  };
};

/** goTo shows another page of the app. replace takes the place of the present page in the history. */
export function goTo(path: string, options: { replace?: boolean } = {}) {
  history[options.replace ? "replaceState" : "pushState"](null, "", path);
  changes.dispatchEvent(new Event("change"));
}

/** usePath returns the path of the present page. */
export const usePath = () => useSyncExternalStore(subscribe, () => location.pathname);

/** useSearch returns the query of the present address. */
export const useSearch = () => new URLSearchParams(useSyncExternalStore(subscribe, () => location.search));
