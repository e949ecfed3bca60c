import type { ComponentType } from "react";
import { AddPages } from "./add/page";
import { CampaignFrame } from "./CampaignFrame";
import { CampaignsPage } from "./campaigns/CampaignsPage";
import { MatchPage } from "./match/page";
import { MePage } from "./me/MePage";
import { readRoute, usePath, type Route } from "./route";
import { NextPage } from "./next/NextPage";
import { NotFoundPage } from "./NotFoundPage";
import { PeoplePage } from "./people/PeoplePage";
import { PersonPage } from "./person/PersonPage";
import { SignInPage } from "./SignInPage";
import { SignedOutDialog } from "./SignedOutDialog";
import { Announcer } from "./ui/announce";
import { UpdateBanner } from "./UpdateBanner";

type CampaignRoute = Extract<Route, { campaign: string }>;

const pages: { [S in CampaignRoute["screen"]]: ComponentType } = {
  next: NextPage, people: PeoplePage, person: PersonPage, me: MePage, add: AddPages, paste: AddPages, file: AddPages, known: AddPages, match: MatchPage,
};

function Screen({ route }: { route: Route | undefined }) {
  if (!route) return <NotFoundPage />;
  if (route.screen === "campaigns") return <CampaignsPage />;
  const Page = pages[route.screen];
  return (
    <CampaignFrame key={route.campaign} route={route}>
      <Page key={route.screen === "person" ? route.contact : route.screen} />
    </CampaignFrame>
  );
}

/** App is the mobilizers' app: the page of the present address, or the sign-in. */
export function App({ signedIn }: { signedIn: boolean }) {
  const route = readRoute(usePath());
  if (!signedIn) return <SignInPage />;
  return (
    <>
      <UpdateBanner />
      <Screen route={route} />
      <SignedOutDialog />
      <Announcer />
    </>
  );
}
