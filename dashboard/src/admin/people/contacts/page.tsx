import { useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { ColumnsButton } from "../../list/ColumnsButton";
import { useColumnChoice } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import type { Filter } from "../../list/filters";
import { NoRows } from "../../list/NoRows";
import { Toolbar } from "../../list/Toolbar";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { Page } from "../../ui/Page";
import { useMatchNames } from "../names";
import { listContacts, peopleKey, type Contact, type ContactPage, type ContactQuery } from "../queries";
import { PeopleTabs } from "../Shared";
import { useContactColumns } from "./columns";

function useFilters(): Filter[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const matches = useMatchNames();
  const responses = campaign.key_question.responses.map((r) => ({ value: r.id, label: r.text }));
  return [
    { name: "match_status", label: t`Voter match`, choices: Object.entries(matches).map(([value, label]) => ({ value, label })) },
    { name: "response_id", label: t`Key Question response`, choices: [...responses, { value: "none", label: t`No response yet` }] },
  ];
}

export default function ContactsPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const search = useSearch({ from: "/c/$campaign/people/contacts" });
  const filters = useFilters();
  const { sort, order, match_status, response_id } = search;
  const query = { sort, order, match_status, response_id, texts: true } as ContactQuery;
  const list = useList<Contact, ContactPage>({
    queryKey: [...peopleKey(campaign.id), "contacts", query],
    fetchPage: (page) => listContacts(campaign.id, { ...query, page }),
  });
  const columns = useContactColumns(list.first?.columns ?? []);
  const { hidden, toggle } = useColumnChoice(`contacts:${campaign.id}`, columns, search);
  return (
    <Page title={t`People`} context={campaign.name}>
      <PeopleTabs />
      <Toolbar search={search} filters={filters}>
        <ColumnsButton columns={columns} hidden={hidden} onToggle={toggle} />
      </Toolbar>
      <DataTable
        label={t`Contacts`} columns={columns} hidden={hidden} list={list} rowId={(c) => c.id} search={search} sorted="added"
        empty={<NoRows search={search} filters={filters} none={t`No contact matches these filters.`} yet={t`No contacts yet`} next={t`Mobilizers add the people they know.`} />}
      />
    </Page>
  );
}
