import { Trans, useLingui } from "@lingui/react/macro";
import { isApiError } from "../api/problem";
import { Link } from "./ui/Link";
import { Page } from "./ui/Page";
import { Problem } from "./ui/State";

/** CampaignProblem appears in the place of a campaign that can't be shown. */
export function CampaignProblem({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useLingui();
  if (!isApiError(error, "not_found")) return <main className="alone"><Page title="Kith"><Problem error={error} retry={retry} /></Page></main>;
  return (
    <main className="alone">
      <Page title={t`You aren't in this campaign`}>
        <p><Trans>Join it from the campaign's page, or sign in with the address that you joined with.</Trans></p>
        <p><Link to={{ screen: "campaigns" }}><Trans>My campaigns</Trans></Link></p>
      </Page>
    </main>
  );
}
