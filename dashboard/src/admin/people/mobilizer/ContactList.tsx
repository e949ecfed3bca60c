import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Column } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { Empty } from "../../ui/State";
import { placeName } from "../../ui/placeName";
import { useContactColumns } from "../contacts/columns";
import { listMobilizerContacts, mobilizerKey, type Contact } from "../queries";

/** ContactList shows a mobilizer's contacts in order of adding, and leads to all of them in the list of contacts. */
export function ContactList({ mobilizer }: { mobilizer: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const list = useList<Contact>({
    queryKey: [...mobilizerKey(campaign.id, mobilizer), "contacts"],
    fetchPage: (page) => listMobilizerContacts(campaign.id, mobilizer, page),
  });
  const place: Column<Contact> = { id: "place", header: t`Place`, cell: (c) => placeName({ city: c.city, state: c.state }) || "–" };
  const columns = useContactColumns([]).filter(({ id }) => id !== "mobilizer" && id !== "state")
    .map((column) => (column.id === "city" ? place : { ...column, sort: undefined, hidden: false }));
  return (
    <>
      {list.rows.length > 0 && <Anchor component={Link} to={`/c/${campaign.id}/people/contacts?mobilizer_id=${mobilizer}`} size="sm" display="block" mb="sm"><Trans>All in the list of contacts</Trans></Anchor>}
      <DataTable label={t`Contacts of this mobilizer`} columns={columns} list={list} rowId={(c) => c.id} empty={<Empty title={t`No contacts yet`} />} />
    </>
  );
}
