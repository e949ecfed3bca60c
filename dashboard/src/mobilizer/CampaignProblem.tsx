import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { isApiError } from "../api/problem";
import { Breakable } from "../ui/Breakable";
import { sessionQuery } from "./data/session";
import { AnotherAddress } from "./SignInPage";
import { Link } from "./ui/Link";
import { Page } from "./ui/Page";
import { Problem } from "./ui/State";

interface CampaignProblemProps {
  campaign: string;
  error: Error;
  retry: () => void;
}

/** CampaignProblem appears in the place of a campaign that can't be shown. */
export function CampaignProblem({ campaign, error, retry }: CampaignProblemProps) {
  if (isApiError(error, "not_found")) return <OutsideCampaign campaign={campaign} />;
  return <main className="alone"><Page title="Kith"><Problem error={error} retry={retry} /></Page></main>;
}

/**
 * OutsideCampaign leads to the campaign's landing page, which is found by the campaign's id, too. It does not open it by itself: who
 * joined with another address would join again.
 */
function OutsideCampaign({ campaign }: { campaign: string }) {
  const { t } = useLingui();
  const { data } = useQuery(sessionQuery);
  return (
    <main className="alone">
      <Page title={t`You aren't in this campaign`}>
        {data && <p><Breakable>{t`You are signed in as ${data.user.email}. If you joined with another address, sign in with that one.`}</Breakable></p>}
        <p className="actions stack">
          <a className="button primary" href={"/j/" + encodeURIComponent(campaign)}><Trans>Open the campaign's page</Trans></a>
          <AnotherAddress />
          <Link className="button" to={{ screen: "campaigns" }}><Trans>My campaigns</Trans></Link>
        </p>
      </Page>
    </main>
  );
}
