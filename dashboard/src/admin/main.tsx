import "./styles";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { preferredLocale } from "../ui/locale";
import { queryClient } from "./data/queryClient";
import { showLanguage } from "./messages";
import { router } from "./routes";
import { cssVariables, theme } from "./theme";

/** startAdmin shows the dashboard at the present address. */
export async function startAdmin() {
  await showLanguage(preferredLocale());
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables} deduplicateCssVariables={false}>
          <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </MantineProvider>
      </I18nProvider>
    </StrictMode>,
  );
}
