import { Trans, useLingui } from "@lingui/react/macro";
import { Stack, Text } from "@mantine/core";
import { MoreRows } from "../../list/MoreRows";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { Page } from "../../ui/Page";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { PeopleTabs } from "../Shared";
import { listSuggestions, suggestionsKey, type Suggestion, type Suggestions } from "./queries";
import { RunState } from "./RunState";
import { SuggestionCard } from "./SuggestionCard";

export default function SuggestionsPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const list = useList<Suggestion, Suggestions>({
    queryKey: suggestionsKey(campaign.id),
    fetchPage: (page) => listSuggestions(campaign.id, page),
    refetchInterval: (first) => (first?.run.status === "running" ? 2_000 : false),
  });
  const run = list.first?.run;
  return (
    <Page title={t`People`} context={campaign.name}>
      <PeopleTabs />
      <Text c="dimmed" maw={700}><Trans>Kith looks in the voter file for all contacts that nobody has matched. Accept only voters whom you are sure of: mobilizers see the match.</Trans></Text>
      {list.error && list.rows.length === 0 && <ErrorState error={list.error} retry={list.retry} />}
      {list.loading && <Loading rows={4} />}
      {run && <RunState run={run} />}
      {run && list.rows.length === 0 && run.status !== "running" && (
        run.status === "none"
          ? <Empty title={t`No search yet`}><Trans>A search takes a few minutes in a campaign with many contacts.</Trans></Empty>
          : <Empty title={t`Nothing to decide`}><Trans>No contact without a match resembles a voter closely enough, or all suggestions are decided.</Trans></Empty>
      )}
      <Stack gap="md">{list.rows.map((suggestion) => <SuggestionCard key={suggestion.contact_id} suggestion={suggestion} />)}</Stack>
      {list.rows.length > 0 && <MoreRows list={list} />}
    </Page>
  );
}
