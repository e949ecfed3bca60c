import "./theme.css";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { adoptSignIn, isMobilizerPath, signedInUser } from "../signin/users";
import { preferredLocale } from "../ui/locale";
import { App } from "./App";
import { beginReading } from "./data/campaign";
import { wipeUnlessKept } from "./data/keeping";
import { onlyCampaign, rememberOnlyCampaign } from "./data/lastCampaign";
import { queryClient } from "./data/queryClient";
import { sessionQuery } from "./data/session";
import { registerWorker } from "./data/worker";
import { showLanguage } from "./messages";
import { pathOf, readRoute } from "./route";
import { ignoreDoubleTaps } from "./ui/doubleTap";

/** openOnlyCampaign makes the start page the person's campaign if they are in one only, and do not ask for the list. */
function openOnlyCampaign(user: string) {
  const campaign = onlyCampaign(user);
  const listed = new URLSearchParams(location.search).has("all");
  if (campaign && location.pathname === "/m/" && !listed) history.replaceState(null, "", pathOf({ screen: "next", campaign }));
}

/** readFirstPage asks the API for the first page's data, before the page is built, and then for the person's campaigns. */
async function readFirstPage(user: string) {
  const route = readRoute(location.pathname);
  if (route && "campaign" in route) await beginReading(route.campaign);
  const session = await queryClient.fetchQuery(sessionQuery).catch(() => undefined); // the page shows the error
  if (session) rememberOnlyCampaign(user, session);
}

async function start() {
  if (!isMobilizerPath(location.pathname) || location.pathname === "/m") history.replaceState(null, "", "/m/" + location.search);
  showLanguage(preferredLocale());
  ignoreDoubleTaps();
  await adoptSignIn();
  const user = await signedInUser();
  if (user) openOnlyCampaign(user);
  else await wipeUnlessKept();
  const reading = user && readFirstPage(user);
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <App signedIn={user !== undefined} />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
  await reading;
  registerWorker(); // only now: it downloads every file of the app, on the same slow network
}

await start();
