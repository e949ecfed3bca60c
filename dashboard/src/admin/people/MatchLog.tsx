import { useLingui } from "@lingui/react/macro";
import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../ui/format";
import { useCampaign } from "../shell/CampaignContext";
import { Section } from "../ui/Section";
import { TableScroll } from "../ui/TableScroll";
import { useAgreement } from "./agreement";

type Event = Schemas["MatchEvent"];

/** MatchLog shows each confirmation of a voter with how the voter was found. Resetting the match keeps them. */
export function MatchLog({ events }: { events: Event[] }) {
  const { t } = useLingui();
  if (events.length === 0) return null;
  return (
    <Section title={t`Confirmed voters`}>
      <TableScroll label={t`Confirmed voters`}>
        <Table.Thead>
          <Table.Tr>
            {[t`Time`, t`Voter id`, t`Found by`, t`Probability`, t`Agreement`].map((name) => <Table.Th key={name}>{name}</Table.Th>)}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{events.map((event) => <EventRow key={event.at + event.canonical_voter_id} event={event} />)}</Table.Tbody>
      </TableScroll>
    </Section>
  );
}

function EventRow({ event }: { event: Event }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const agreement = useAgreement();
  const methods: Record<string, string> = { search: t`search`, suggestion: t`suggestion`, id: t`voter id` };
  const [rank, offered] = [event.rank, event.offered].map((n) => format.number(n ?? 0));
  const { user_id: user, voter_file_id: file, weights } = event;
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "normal" }}>{format.dateTime(event.at)}</Table.Td>
      <Table.Td>{event.canonical_voter_id}<Detail>{file && t`voter file ${file}`}</Detail></Table.Td>
      <Table.Td>{methods[event.method ?? ""]}<Detail>{user && t`user ${user}`}</Detail></Table.Td>
      <Table.Td>
        {event.confidence === undefined ? "–" : format.percent({ count: event.confidence, of: 1 })}
        <Detail>{event.rank !== undefined && t`${rank} of ${offered}`}</Detail>
      </Table.Td>
      <Table.Td style={{ whiteSpace: "normal" }}>{event.levels ? agreement(event.levels).map((line) => <Text key={line} size="sm">{line}</Text>) : "–"}<Detail>{weights && t`weights ${weights}`}</Detail></Table.Td>
    </Table.Tr>
  );
}

/** Detail is a second line of a cell. Long ids are broken anywhere, so that the table fits. */
function Detail({ children }: { children: ReactNode }) {
  return children ? <Text size="sm" c="dimmed" maw={220} style={{ overflowWrap: "anywhere", whiteSpace: "normal" }}>{children}</Text> : null;
}
