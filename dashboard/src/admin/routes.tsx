import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { signIn, users } from "../signin/users";
import { readAnalyticsSearch } from "./analytics/search";
import { campaignQuery } from "./data/campaigns";
import { queryClient } from "./data/queryClient";
import { readListSearch, readTab } from "./list/search";
import { contactFilters, contactSorts, mobilizerFilters, mobilizerSorts } from "./people/filterNames";
import { loadMessages } from "./messages";
import { CampaignShell } from "./shell/CampaignShell";
import { Home } from "./shell/Home";
import { OrganizationShell } from "./shell/OrganizationShell";
import { NotFound, PageError } from "./shell/PageError";
import { Root } from "./shell/Root";

// Every address of the dashboard. A page is a folder with page.tsx, loaded when somebody goes there; the state of a list
// stands in its search parameters, which the folder's search.ts reads.

/** page loads a page together with its words. */
const page = (catalog: string, load: () => Promise<{ default: () => ReactNode }>) =>
  lazyRouteComponent(async () => (await Promise.all([load(), loadMessages(catalog)]))[0]);

/** requireSignIn leaves for the sign-in if nobody is signed in; the person comes back to the same address. */
async function requireSignIn() {
  if (await users.getUser()) return;
  await signIn();
  await new Promise(() => undefined); // the browser is leaving
}

const root = createRootRoute({ component: Root, errorComponent: PageError, notFoundComponent: NotFound });

const home = createRoute({ getParentRoute: () => root, path: "/", component: Home });

const start = createRoute({ getParentRoute: () => root, path: "/start", beforeLoad: requireSignIn, component: page("start", () => import("./start/page")) });

const campaign = createRoute({ getParentRoute: () => root, path: "/c/$campaign", beforeLoad: requireSignIn, component: CampaignShell });

const campaignHome = createRoute({
  getParentRoute: () => campaign,
  path: "/",
  beforeLoad: async ({ params }) => {
    const found = await queryClient.fetchQuery(campaignQuery(params.campaign)).catch(() => undefined);
    throw redirect({ to: found?.status === "draft" ? "/c/$campaign/content" : "/c/$campaign/analytics", params, replace: true });
  },
});

const content = createRoute({ getParentRoute: () => campaign, path: "content", component: page("content", () => import("./content/page")) });

const actionItem = createRoute({ getParentRoute: () => campaign, path: "content/items/$item", component: page("content", () => import("./content/item/page")) });

const analytics = createRoute({ getParentRoute: () => campaign, path: "analytics", validateSearch: readAnalyticsSearch, component: page("analytics", () => import("./analytics/page")) });

const people = createRoute({
  getParentRoute: () => campaign,
  path: "people",
  beforeLoad: ({ params, location }) => {
    if (/\/people\/?$/.test(location.pathname)) throw redirect({ to: "/c/$campaign/people/mobilizers", params, replace: true });
  },
});

const mobilizers = createRoute({ getParentRoute: () => people, path: "mobilizers", validateSearch: readListSearch(mobilizerFilters, mobilizerSorts), component: page("people", () => import("./people/mobilizers/page")) });

const contacts = createRoute({ getParentRoute: () => people, path: "contacts", validateSearch: readListSearch(contactFilters, contactSorts), component: page("people", () => import("./people/contacts/page")) });

const mobilizer = createRoute({ getParentRoute: () => people, path: "mobilizers/$mobilizer", validateSearch: readTab, component: page("people", () => import("./people/mobilizer/page")) });

const contact = createRoute({ getParentRoute: () => people, path: "contacts/$contact", component: page("people", () => import("./people/contact/page")) });

const suggestions = createRoute({ getParentRoute: () => people, path: "suggestions", component: page("people", () => import("./people/suggestions/page")) });

const invitations = createRoute({ getParentRoute: () => campaign, path: "invitations", validateSearch: readListSearch(["status", "delivery_status"]), component: page("invitations", () => import("./invitations/page")) });

const accessRequests = createRoute({ getParentRoute: () => campaign, path: "invitations/requests", validateSearch: readListSearch(["status"]), component: page("invitations", () => import("./invitations/requests/page")) });

const invitationImport = createRoute({ getParentRoute: () => campaign, path: "invitations/import", component: page("invitations", () => import("./invitations/import/page")) });

const exportList = createRoute({ getParentRoute: () => campaign, path: "exports", validateSearch: readListSearch([]), component: page("exports", () => import("./exports/page")) });

const schedules = createRoute({ getParentRoute: () => campaign, path: "exports/schedules", component: page("exports", () => import("./exports/schedules/page")) });

const tokens = createRoute({ getParentRoute: () => campaign, path: "exports/tokens", component: page("exports", () => import("./exports/tokens/page")) });

const organization = createRoute({ getParentRoute: () => root, path: "/o/$organization", beforeLoad: requireSignIn, component: OrganizationShell });

const campaigns = createRoute({ getParentRoute: () => organization, path: "/", component: page("organization", () => import("./organization/campaigns/page")) });

const newCampaign = createRoute({ getParentRoute: () => organization, path: "new-campaign", component: page("organization", () => import("./organization/newCampaign/page")) });

const details = createRoute({ getParentRoute: () => organization, path: "details", component: page("organization", () => import("./organization/details/page")) });

const administrators = createRoute({ getParentRoute: () => organization, path: "administrators", component: page("organization", () => import("./organization/administrators/page")) });

const voterFiles = createRoute({ getParentRoute: () => organization, path: "voter-files", component: page("organization", () => import("./organization/voterFiles/page")) });

const mail = createRoute({ getParentRoute: () => organization, path: "mail", component: page("organization", () => import("./organization/mail/page")) });

const suppressions = createRoute({ getParentRoute: () => organization, path: "suppressions", validateSearch: readListSearch(["status"]), component: page("organization", () => import("./organization/suppressions/page")) });

const routeTree = root.addChildren([home, start, organization.addChildren([campaigns, newCampaign, details, administrators, voterFiles, mail, suppressions]), campaign.addChildren([campaignHome, content, actionItem, analytics, people.addChildren([mobilizers, mobilizer, contacts, contact, suggestions]), invitations, accessRequests, invitationImport, exportList, schedules, tokens])]);

// Search parameters are plain texts, as in ?match_status=CONFIRMED.
function stringifySearch(search: Record<string, unknown>) {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]);
  return entries.length > 0 ? "?" + new URLSearchParams(entries) : "";
}

export const router = createRouter({
  routeTree,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch,
  defaultPreload: "intent",
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** list is the address of the list from which a page was opened. */
    list?: string;
  }
}
