import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Text } from "@mantine/core";
import { Parts } from "../../../ui/Parts";
import { useFormat } from "../../../ui/format";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { FormProblem } from "../../ui/FormProblem";
import { Instant } from "../../ui/Instant";
import { createSuggestions, suggestionsKey, type Run } from "./queries";

/** RunState shows how the last search for voters went, and starts another. */
export function RunState({ run }: { run: Run }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const search = useWrite({ write: (_: null, key) => createSuggestions(campaign.id, key), changes: [suggestionsKey(campaign.id)] });
  const format = useFormat();
  const [searched, suggested] = [format.number(run.searched), format.number(run.suggested)];
  const running = run.status === "running";
  return (
    <div>
      <FormProblem error={search.error} form="search" />
      {run.status === "failed" && <Alert color="red" mb="sm" title={t`The search stopped`}>{run.error}</Alert>}
      <Group gap="md">
        <Button loading={search.pending} disabled={running} onClick={() => search.submit(null)}>
          {run.status === "none" ? <Trans>Search for voters</Trans> : <Trans>Search again</Trans>}
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {running && <Trans>Searching. Contacts so far: {searched}</Trans>}
          {run.status === "ready" && run.finished_at && (
            <Parts of={[t`Contacts searched: ${searched}`, t`with voters: ${suggested}`, <Instant at={run.finished_at} timeZone={campaign.time_zone} />]} />
          )}
        </Text>
      </Group>
    </div>
  );
}
