import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { analyticsQuery } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";
import { Page } from "../ui/Page";
import { ErrorState, Loading } from "../ui/State";
import { ActionsSection } from "./ActionsSection";
import { ChartsSection } from "./ChartsSection";
import { Freshness } from "./Freshness";
import { LadderSection } from "./LadderSection";
import { LatestActivity } from "./LatestActivity";
import { MovementSection } from "./MovementSection";
import { Tiles } from "./Tiles";

/** AnalyticsPage shows the campaign's numbers, and reads them again every 10 seconds while it is visible. */
export default function AnalyticsPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const query = useQuery({ ...analyticsQuery(campaign.id), refetchInterval: 10_000 });
  const analytics = query.data;
  return (
    <Page title={t`Analytics`} context={campaign.name}>
      {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading rows={6} />}
      {analytics && (
        <>
          <Tiles totals={analytics.totals} />
          <ChartsSection days={analytics.days} />
          <LadderSection ladder={analytics.ladder} answered={analytics.totals.contacts_with_key_question_response} />
          <MovementSection movement={analytics.ladder_movement} />
          <ActionsSection items={analytics.action_items} archived={analytics.archived_action_items} />
          <LatestActivity contacts={analytics.totals.contacts} asOf={analytics.as_of} />
          <Freshness asOf={analytics.as_of} recount={analytics.recount} />
        </>
      )}
    </Page>
  );
}
