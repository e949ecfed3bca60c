import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import type { Campaign } from "../../src/admin/data/campaigns";
import type { Organization } from "../../src/admin/data/session";
import { CampaignContext } from "../../src/admin/shell/CampaignContext";
import { Announcer } from "../../src/admin/ui/announce";

export const campaign = {
  id: "c1", name: "Fall Turnout", status: "active", organization_id: "o1", time_zone: "America/New_York", key_question: { text: "Will they vote?", responses: [] },
} as unknown as Campaign;

/** show renders a part of a page of the dashboard at an address, and returns the function that reads the present address. fill puts data into its queries. */
export async function show(node: ReactNode, address = "/", access: { closed?: boolean; owner?: boolean } = {}, fill: (queries: QueryClient) => void = () => undefined, queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })) {
  fill(queries);
  i18n.loadAndActivate({ locale: "en", messages: {} });
  const root = createRootRoute();
  const any = createRoute({ getParentRoute: () => root, path: "$", component: () => node });
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createRouter({
    routeTree: root.addChildren([any]), history,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const used = Object.entries(search).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]);
      return used.length > 0 ? "?" + new URLSearchParams(used) : "";
    },
  });
  await router.load();
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider env="test">
        <QueryClientProvider client={queries}>
          <CampaignContext value={{ campaign, organization: { id: "o1", name: "Riverbend" } as Organization, closed: false, owner: true, ...access }}>
            <RouterProvider router={router as never} />
          </CampaignContext>
          <Announcer />
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>,
  );
  return () => router.state.location.href;
}
