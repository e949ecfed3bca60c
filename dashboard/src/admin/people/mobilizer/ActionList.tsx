import { useLingui } from "@lingui/react/macro";
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../../api/client";
import { useTexts } from "../../data/texts";
import type { Column } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { fullName } from "../../ui/fullName";
import { Instant } from "../../ui/Instant";
import { Empty } from "../../ui/State";
import { useResponseText } from "../contacts/columns";
import { listMobilizerActions, mobilizerKey } from "../queries";

type Action = Schemas["MobilizerActionResponse"];

/** ActionList shows the responses to action items that a mobilizer recorded: as many as the profile counts. */
export function ActionList({ mobilizer }: { mobilizer: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const responseText = useResponseText();
  const texts = useTexts();
  const list = useList<Action>({
    queryKey: [...mobilizerKey(campaign.id, mobilizer), "actions"],
    fetchPage: (page) => listMobilizerActions(campaign.id, mobilizer, page),
  });
  const columns: Column<Action>[] = [
    { id: "contact", header: t`Contact`, cell: (a) => <Anchor component={Link} to={`/c/${campaign.id}/people/contacts/${a.contact.id}`}>{fullName(a.contact)}</Anchor> },
    { id: "item", header: t`Action item`, small: true, cell: (a) => texts.heading(a.action_item_id, a.action_item_title) },
    { id: "response", header: t`Response`, small: true, cell: (a) => responseText(a) },
    { id: "at", header: t`First recorded`, small: true, cell: (a) => <Instant at={a.created_at} timeZone={campaign.time_zone} /> },
  ];
  return <DataTable label={t`Actions of this mobilizer`} columns={columns} list={list} rowId={(a) => a.id} empty={<Empty title={t`No actions yet`} />} />;
}
