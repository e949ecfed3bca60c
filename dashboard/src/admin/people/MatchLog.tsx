import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../ui/format";
import type { Column } from "../list/columns";
import { RowTable } from "../list/RowTable";
import { useCampaign } from "../shell/CampaignContext";
import { Section } from "../ui/Section";
import { useAgreement } from "./agreement";

type Event = Schemas["MatchEvent"];

/** MatchLog shows each confirmation of a voter with how the voter was found. Resetting the match keeps them. */
export function MatchLog({ events }: { events: Event[] }) {
  const { t } = useLingui();
  const columns = useColumns();
  if (events.length === 0) return null;
  return (
    <Section title={t`Confirmed voters`}>
      <RowTable label={t`Confirmed voters`} columns={columns} rows={events} rowId={(event) => event.at + event.canonical_voter_id} />
    </Section>
  );
}

function useColumns(): Column<Event>[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const agreement = useAgreement();
  const methods: Record<string, string> = { search: t`search`, suggestion: t`suggestion`, id: t`voter id` };
  const rank = (event: Event) => {
    const [position, offered] = [event.rank, event.offered].map((n) => format.number(n ?? 0));
    return event.rank !== undefined && t`${position} of ${offered}`;
  };
  return [
    { id: "time", header: t`Time`, cell: ({ at }) => format.dateTime(at) },
    { id: "voter", header: t`Voter id`, cell: ({ canonical_voter_id: voter, voter_file_id: file }) => <>{voter}<Detail>{file && t`voter file ${file}`}</Detail></> },
    { id: "method", header: t`Found by`, cell: ({ method, user_id: user }) => <>{methods[method ?? ""]}<Detail>{user && t`user ${user}`}</Detail></> },
    { id: "confidence", header: t`Probability`, cell: (event) => <>{event.confidence === undefined ? "–" : format.percent({ count: event.confidence, of: 1 })}<Detail>{rank(event)}</Detail></> },
    { id: "levels", header: t`Agreement`, cell: ({ levels, weights }) => <>{levels ? agreement(levels).map((line) => <Text key={line} inherit>{line}</Text>) : "–"}<Detail>{weights && t`weights ${weights}`}</Detail></> },
  ];
}

/** Detail is a second line of a cell. Long ids are broken anywhere, so that the table fits. */
function Detail({ children }: { children: ReactNode }) {
  return children ? <Text size="sm" c="dimmed" maw={220} style={{ overflowWrap: "anywhere" }}>{children}</Text> : null;
}
