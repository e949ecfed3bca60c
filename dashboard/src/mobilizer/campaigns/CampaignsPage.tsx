import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Breakable } from "../../ui/Breakable";
import { Parts } from "../../ui/Parts";
import { lastCampaign } from "../data/lastCampaign";
import { sessionQuery } from "../data/session";
import { goTo, pathOf, useSearch } from "../route";
import { AnotherAddress } from "../SignInPage";
import { Link } from "../ui/Link";
import { Page } from "../ui/Page";
import { Loading, Problem } from "../ui/State";

/** rank sorts the campaigns in which there is something to do first, and those that the person has left last. */
const rank = (c: { left_at?: string; status: string }) => (c.left_at ? 2 : c.status === "closed" ? 1 : 0);

/** CampaignsPage lists the person's campaigns. With one campaign, or without a connection, it opens the campaign, unless the person asks for the list. */
export function CampaignsPage() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(sessionQuery);
  const present = data?.campaigns.filter((c) => !c.left_at);
  const only = present?.length === 1 ? present[0]!.id : undefined;
  const listed = useSearch().has("all");
  const next = listed ? undefined : only ?? (error ? lastCampaign() : undefined);
  useEffect(() => {
    if (next) goTo(pathOf({ screen: "next", campaign: next }), { replace: true });
  }, [next]);
  if (next) return null;
  return (
    <main className="alone">
      <Page title={t`My campaigns`}>
        {error && <Problem error={error} retry={() => void refetch()} />}
        {!data && !error && <Loading />}
        {data?.campaigns.length === 0 && (
          <>
            <p><Breakable>{t`You haven't joined a campaign with ${data.user.email}. Open the link that you got from the campaign.`}</Breakable></p>
            <AnotherAddress />
          </>
        )}
        <ul className="plain-list">
          {[...(data?.campaigns ?? [])].sort((a, b) => rank(a) - rank(b)).map((c) => (
            <li key={c.id}>
              <Link className="row" to={{ screen: "next", campaign: c.id }}>
                <span className="row-name">{c.name}</span>
                <small><Parts of={[c.organization_name, c.left_at ? <Trans>You left</Trans> : c.status === "closed" && <Trans>Ended</Trans>]} /></small>
              </Link>
            </li>
          ))}
        </ul>
      </Page>
    </main>
  );
}
