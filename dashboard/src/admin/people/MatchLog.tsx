import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../ui/format";
import { administratorsQuery, voterFilesQuery } from "../data/organization";
import type { Column } from "../list/columns";
import { RowTable } from "../list/RowTable";
import { useCampaign } from "../shell/CampaignContext";
import { fullName } from "../ui/fullName";
import { Section } from "../ui/Section";
import { useAgreement } from "./agreement";

type Event = Schemas["MatchEvent"];

interface MatchLogProps {
  events: Event[];
  /** voter is the present voter, whose name is known. */
  voter?: Schemas["MatchedVoter"];
  /** mobilizer is the name of the mobilizer, who confirms all voters that no administrator confirms. */
  mobilizer: string;
}

/** MatchLog shows each confirmation of a voter with how the voter was found. Resetting the match keeps them. */
export function MatchLog({ events, voter, mobilizer }: MatchLogProps) {
  const { t } = useLingui();
  const columns = useColumns(mobilizer, voter);
  if (events.length === 0) return null;
  return (
    <Section title={t`Confirmed voters`}>
      <RowTable label={t`Confirmed voters`} columns={columns} rows={events} rowId={(event) => event.at + event.canonical_voter_id} />
    </Section>
  );
}

function useColumns(mobilizer: string, voter: MatchLogProps["voter"]): Column<Event>[] {
  const { t } = useLingui();
  const { campaign, organization } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const agreement = useAgreement();
  const files = useQuery(voterFilesQuery(organization.id)).data?.items;
  const administrators = useQuery(administratorsQuery(organization.id)).data?.items;
  const methods: Record<string, string> = { search: t`search`, suggestion: t`suggestion`, id: t`Voter ID` };
  const fileName = ({ voter_file_id: id }: Event) => {
    const file = files?.find((f) => f.id === id);
    return file && t`voter file of ${file.state}, ${format.date(file.created_at)}`;
  };
  const userName = ({ method, user_id: id }: Event) => administrators?.find((a) => a.user_id === id)?.name ?? (method === "suggestion" ? undefined : mobilizer);
  const voterName = ({ canonical_voter_id: id }: Event) =>
    id === voter?.canonical_voter_id
      ? <>{fullName(voter)}<Detail>{t`Voter ID ${voter.state_file_id ?? id}`}</Detail></>
      : t`Voter ID ${id}`;
  const rank = (event: Event) => {
    const [position, offered] = [event.rank, event.offered].map((n) => format.number(n ?? 0));
    return event.rank !== undefined && t`${position} of ${offered}`;
  };
  return [
    { id: "time", header: t`Time`, cell: ({ at }) => format.dateTime(at) },
    { id: "voter", header: t`Voter`, cell: (event) => <>{voterName(event)}<Detail>{fileName(event)}</Detail></> },
    { id: "method", header: t`Found by`, cell: (event) => <>{methods[event.method ?? ""]}<Detail>{userName(event)}</Detail></> },
    { id: "confidence", header: t`Probability`, cell: (event) => <>{event.confidence === undefined ? "–" : format.percent({ count: event.confidence, of: 1 })}<Detail>{rank(event)}</Detail></> },
    { id: "levels", header: t`Agreement`, cell: ({ levels }) => (levels ? agreement(levels).map((line) => <Text key={line} inherit>{line}</Text>) : "–") },
  ];
}

/** Detail is a further line of a cell. */
function Detail({ children }: { children: ReactNode }) {
  return children ? <Text size="sm" c="dimmed" maw={220}>{children}</Text> : null;
}
