import { Trans, useLingui } from "@lingui/react/macro";
import { Box } from "@mantine/core";
import { useFormat } from "../../ui/format";
import type { Analytics } from "../data/campaigns";
import { useTexts } from "../data/texts";
import type { Column } from "../list/columns";
import { RowTable } from "../list/RowTable";
import { Section } from "../ui/Section";
import { Empty } from "../ui/State";
import { Tag } from "../ui/Tag";
import { ShareRow, ShareTable } from "./ShareTable";

type Movement = Analytics["ladder_movement"];
type Start = Movement["from"][number];

/** MovementSection shows how contacts moved on the ladder: in all, and from each first response. */
export function MovementSection({ movement }: { movement: Movement }) {
  const { t } = useLingui();
  const moved = movement.moved_up.count + movement.moved_down.count;
  return (
    <Section title={t`Movement on the ladder`} description={t`From a contact's first response to the current one. Up is to a response with a higher value.`}>
      {moved === 0 && <Empty title={t`No contact has moved yet`}>{t`This fills when mobilizers answer the Key Question about a contact again, with another response.`}</Empty>}
      {moved > 0 && <><Shares movement={movement} /><Starts from={movement.from} /></>}
    </Section>
  );
}

function Shares({ movement }: { movement: Movement }) {
  const { t } = useLingui();
  return (
    <Box mb="lg">
      <ShareTable label={t`Movement on the ladder`} counted={t`Movement`} share={t`Share of contacts with a response`}>
        <ShareRow name={t`Moved up`} share={movement.moved_up} />
        <ShareRow name={t`Stayed`} share={movement.stayed} />
        <ShareRow name={t`Moved down`} share={movement.moved_down} />
      </ShareTable>
    </Box>
  );
}

function Starts({ from }: { from: Start[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const texts = useTexts();
  const ends = (start: Start, direction: "up" | "down") => <Ends to={start.to.filter((end) => end.direction === direction)} />;
  const stayed = (start: Start) => start.to.find((end) => end.direction === "stayed")?.contacts ?? 0;
  const columns: Column<Start>[] = [
    { id: "first", header: t`First response`, cell: (start) => <><From text={texts.response(start.response_id, start.text)} /> {start.retired && <Tag><Trans>Retired</Trans></Tag>}</> },
    { id: "contacts", header: t`Contacts`, numeric: true, cell: (start) => format.number(start.contacts) },
    { id: "up", header: t`Moved up`, cell: (start) => ends(start, "up") },
    { id: "stayed", header: t`Stayed`, numeric: true, cell: (start) => format.number(stayed(start)) },
    { id: "down", header: t`Moved down`, cell: (start) => ends(start, "down") },
  ];
  return <RowTable label={t`Movement by first response`} columns={columns} rows={from} rowId={(start) => start.response_id} />;
}

const From = ({ text }: { text: string }) => <Trans>From {text}</Trans>;

function Ends({ to }: { to: Start["to"] }) {
  const format = useFormat();
  const texts = useTexts();
  if (to.length === 0) return "–";
  return to.map((end) => {
    const contacts = format.number(end.contacts);
    const text = texts.response(end.response_id, end.text);
    return <div key={end.response_id}><Trans>{contacts} to {text}</Trans></div>;
  });
}
