import { useLingui } from "@lingui/react/macro";
import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../../api/client";
import type { Column } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { fullName } from "../../ui/fullName";
import { Instant } from "../../ui/Instant";
import { Empty } from "../../ui/State";
import { listMobilizerNotes, mobilizerKey } from "../queries";

type Note = Schemas["MobilizerNote"];

/** NoteList shows the notes that a mobilizer wrote about contacts, the latest first. */
export function NoteList({ mobilizer }: { mobilizer: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const list = useList<Note>({
    queryKey: [...mobilizerKey(campaign.id, mobilizer), "notes"],
    fetchPage: (page) => listMobilizerNotes(campaign.id, mobilizer, page),
  });
  const columns: Column<Note>[] = [
    { id: "contact", header: t`Contact`, cell: (n) => <Anchor component={Link} to={`/c/${campaign.id}/people/contacts/${n.contact.id}`}>{fullName(n.contact)}</Anchor> },
    { id: "note", header: t`Note`, small: true, cell: (n) => <Text span size="sm" style={{ whiteSpace: "pre-line" }}>{n.content}</Text> },
    { id: "at", header: t`Written`, small: true, cell: (n) => <Instant at={n.created_at} timeZone={campaign.time_zone} /> },
  ];
  return <DataTable label={t`Notes of this mobilizer`} columns={columns} list={list} rowId={(n) => n.id} empty={<Empty title={t`No notes yet`} />} />;
}
