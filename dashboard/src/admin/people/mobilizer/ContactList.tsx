import { useLingui } from "@lingui/react/macro";
import { DataTable } from "../../list/DataTable";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { Empty } from "../../ui/State";
import { useContactColumns } from "../contacts/columns";
import { listMobilizerContacts, mobilizerKey, type Contact } from "../queries";

/** ContactList shows a mobilizer's contacts in order of adding. */
export function ContactList({ mobilizer }: { mobilizer: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const list = useList<Contact>({
    queryKey: [...mobilizerKey(campaign.id, mobilizer), "contacts"],
    fetchPage: (page) => listMobilizerContacts(campaign.id, mobilizer, page),
  });
  const columns = useContactColumns([]).filter((column) => column.id !== "mobilizer").map((column) => ({ ...column, sort: undefined, hidden: false }));
  return <DataTable label={t`Contacts of this mobilizer`} columns={columns} list={list} rowId={(c) => c.id} empty={<Empty title={t`No contacts yet`} />} />;
}
