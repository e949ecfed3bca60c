import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import type { Schemas } from "../../../api/client";
import type { Column } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { Instant } from "../../ui/Instant";
import { Section } from "../../ui/Section";
import { Empty } from "../../ui/State";
import { contactQuery, listContactAnswers, listContactNotes } from "../queries";

type Note = Schemas["ContactNote"];
type Answer = Schemas["ContactAnswer"];

/** Notes shows the notes about a contact, the latest first. */
export function Notes({ contact }: { contact: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const list = useList<Note>({
    queryKey: [...contactQuery(campaign.id, contact).queryKey, "notes"],
    fetchPage: (page) => listContactNotes(campaign.id, contact, page),
  });
  const columns: Column<Note>[] = [
    { id: "at", header: t`Written`, cell: (n) => <Instant at={n.created_at} timeZone={campaign.time_zone} /> },
    { id: "note", header: t`Note`, small: true, cell: (n) => <Text span size="sm" style={{ whiteSpace: "pre-line" }}>{n.content}</Text> },
  ];
  return <Section title={t`Notes`}><DataTable label={t`Notes about this contact`} columns={columns} list={list} rowId={(n) => n.id} empty={<Empty title={t`No notes yet`} />} /></Section>;
}

/** Answers shows the history of Key Question answers about a contact, the latest first, each with its text at that time. */
export function Answers({ contact }: { contact: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const list = useList<Answer>({
    queryKey: [...contactQuery(campaign.id, contact).queryKey, "answers"],
    fetchPage: (page) => listContactAnswers(campaign.id, contact, page),
  });
  const columns: Column<Answer>[] = [
    { id: "at", header: t`Answered`, cell: (a) => <Instant at={a.answered_at} timeZone={campaign.time_zone} /> },
    { id: "answer", header: t`Answer`, small: true, cell: (a) => a.response_text ?? t`Cleared` },
  ];
  return <Section title={t`Key Question history`}><DataTable label={t`Key Question answers about this contact`} columns={columns} list={list} rowId={(a) => a.id} empty={<Empty title={t`No answers yet`} />} /></Section>;
}
