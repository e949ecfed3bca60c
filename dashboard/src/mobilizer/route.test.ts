// @vitest-environment node
import { expect, test } from "vitest";
import { pathOf, readRoute, type Route } from "./route";

const campaign = "0199";
const routes: Route[] = [
  { screen: "campaigns" }, { screen: "next", campaign }, { screen: "people", campaign }, { screen: "person", campaign, contact: "local-1" },
  { screen: "add", campaign }, { screen: "paste", campaign }, { screen: "file", campaign }, { screen: "known", campaign },
  { screen: "match", campaign }, { screen: "me", campaign },
];

test("every route has one address", () => {
  expect(routes.map(pathOf)).toEqual([
    "/m/", "/m/0199", "/m/0199/people", "/m/0199/people/local-1", "/m/0199/add", "/m/0199/add/paste", "/m/0199/add/file", "/m/0199/add/known",
    "/m/0199/match", "/m/0199/me",
  ]);
  for (const route of routes) expect(readRoute(pathOf(route))).toEqual(route);
});

test("other addresses have no route", () => {
  for (const path of ["/m/0199/other", "/m/0199/people/1/2", "/m/0199/add/other"]) expect(readRoute(path)).toBeUndefined();
  expect(readRoute("/m/0199/")).toEqual({ screen: "next", campaign });
});
