import "./theme.css";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { adoptSignIn, isMobilizerPath, signedInUser } from "../signin/users";
import { preferredLocale } from "../ui/locale";
import { App } from "./App";
import { wipeUnlessKept } from "./data/keeping";
import { queryClient } from "./data/queryClient";
import { registerWorker } from "./data/worker";
import { showLanguage } from "./messages";

async function start() {
  if (!isMobilizerPath(location.pathname) || location.pathname === "/m") history.replaceState(null, "", "/m/" + location.search);
  await adoptSignIn();
  const [user] = await Promise.all([signedInUser(), showLanguage(preferredLocale())]);
  if (!user) await wipeUnlessKept();
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <App signedIn={user !== undefined} />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

registerWorker();
await start();
