import { lazy, Suspense, type ComponentType } from "react";
import { CampaignFrame } from "./CampaignFrame";
import { CampaignsPage } from "./campaigns/CampaignsPage";
import { readRoute, usePath, type Route } from "./route";
import { NextPage } from "./next/NextPage";
import { NotFoundPage } from "./NotFoundPage";
import { PeoplePage } from "./people/PeoplePage";
import { SignInPage } from "./SignInPage";
import { SignedOutDialog } from "./SignedOutDialog";
import { Announcer } from "./ui/announce";
import { Loading } from "./ui/State";
import { UpdateBanner } from "./UpdateBanner";

type CampaignRoute = Extract<Route, { campaign: string }>;

const pages: { [S in CampaignRoute["screen"]]: ComponentType } = {
  next: NextPage,
  people: PeoplePage,
  person: lazy(() => import("./person/PersonPage")),
  me: lazy(() => import("./me/MePage")),
  add: lazy(() => import("./add/page")),
  paste: lazy(() => import("./add/page")),
  file: lazy(() => import("./add/page")),
  known: lazy(() => import("./add/page")),
  match: lazy(() => import("./match/page")),
};

function Screen({ route }: { route: Route | undefined }) {
  if (!route) return <NotFoundPage />;
  if (route.screen === "campaigns") return <CampaignsPage />;
  const Page = pages[route.screen];
  return (
    <CampaignFrame key={route.campaign} route={route}>
      <Suspense fallback={<Loading />}><Page key={route.screen === "person" ? route.contact : route.screen} /></Suspense>
    </CampaignFrame>
  );
}

/** App is the mobilizers' app: the page of the present address, or the sign-in. */
export function App({ signedIn }: { signedIn: boolean }) {
  const route = readRoute(usePath());
  if (!signedIn) return <SignInPage />;
  return (
    <>
      <Screen route={route} />
      <UpdateBanner />
      <SignedOutDialog />
      <Announcer />
    </>
  );
}
