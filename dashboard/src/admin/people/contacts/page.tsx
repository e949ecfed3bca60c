import { useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { ColumnsButton } from "../../list/ColumnsButton";
import { useColumnChoice } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import { NoRows } from "../../list/NoRows";
import { filterOf, pick } from "../../list/search";
import { SortField } from "../../list/SortField";
import { Toolbar } from "../../list/Toolbar";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { Page } from "../../ui/Page";
import { contactFilters } from "../filterNames";
import { listContacts, peopleKey, type Contact, type ContactPage, type ContactQuery } from "../queries";
import { NextStep, PeopleTabs } from "../Shared";
import { DownloadButton } from "../views/DownloadButton";
import { ViewsMenu } from "../views/ViewsMenu";
import { useContactColumns } from "./columns";
import { useContactFilters } from "./filters";

export default function ContactsPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const search = useSearch({ from: "/c/$campaign/people/contacts" });
  const filters = useContactFilters(search.mobilizer_id);
  const query = { ...pick(search, contactFilters), texts: true } as ContactQuery;
  const list = useList<Contact, ContactPage>({
    queryKey: [...peopleKey(campaign.id), "contacts", query],
    fetchPage: (page) => listContacts(campaign.id, { ...query, page }),
    search,
  });
  const columns = useContactColumns(list.first?.columns ?? []);
  const { chosen, shown, toggle } = useColumnChoice(`contacts:${campaign.id}`, columns, search);
  return (
    <Page title={t`People`} context={campaign.name}>
      <PeopleTabs />
      <Toolbar search={search} filters={filters} error={list.error} columns={chosen} sort={<SortField columns={columns} search={search} sorted="added" />} searchLabel={t`Search by name, city or zip code`}>
        <ViewsMenu shown={{ list: "contacts", search, filters: contactFilters, columns: chosen }} />
        <ColumnsButton columns={columns} shown={shown} onToggle={toggle} />
        <DownloadButton list="contacts" filter={filterOf(search, contactFilters)} />
      </Toolbar>
      <DataTable
        label={t`Contacts`} columns={columns} shown={shown} list={list} rowId={(c) => c.id} search={search} sorted="added"
        empty={<NoRows search={search} filters={filters} none={t`No contact matches these filters.`} yet={t`No contacts yet`} next={t`Mobilizers add the people they know.`} action={<NextStep />} />}
      />
    </Page>
  );
}
