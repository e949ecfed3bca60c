import { useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { ColumnsButton } from "../../list/ColumnsButton";
import { useColumnChoice } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import type { Filter } from "../../list/filters";
import { filterOf, pick } from "../../list/search";
import { SortField } from "../../list/SortField";
import { Toolbar } from "../../list/Toolbar";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { Page } from "../../ui/Page";
import { NoRows } from "../../list/NoRows";
import { mobilizerFilters } from "../filterNames";
import { useMatchNames } from "../names";
import { listMobilizers, peopleKey, type Mobilizer, type MobilizerQuery } from "../queries";
import { NextStep, PeopleTabs } from "../Shared";
import { DownloadButton } from "../views/DownloadButton";
import { ViewsMenu } from "../views/ViewsMenu";
import { useMobilizerColumns } from "./columns";

function useFilters(): Filter[] {
  const { t } = useLingui();
  const matches = useMatchNames();
  const yesNo = [{ value: "true", label: t`Yes` }, { value: "false", label: t`No` }];
  const more = true;
  return [
    { name: "match_status", label: t`Voter match`, multiple: true, choices: Object.entries(matches).map(([value, label]) => ({ value, label })) },
    { name: "left", label: t`Membership`, choices: [{ value: "false", label: t`In the campaign` }, { value: "true", label: t`Left` }] },
    { name: "has_contacts", label: t`Has contacts`, more, choices: yesNo },
    { name: "consent", label: t`Shares email and phone`, more, choices: yesNo },
    { name: "state", label: t`State`, more, input: "text", choices: [] },
    { name: "joined_from", label: t`Joined from`, more, input: "date", choices: [] },
    { name: "joined_to", label: t`Joined until`, more, input: "date", choices: [] },
    { name: "active_from", label: t`Last activity from`, more, input: "date", choices: [] },
    { name: "active_to", label: t`Last activity until`, more, input: "date", choices: [] },
    { name: "silent_days", label: t`Days without activity`, more, input: "number", choices: [] },
  ];
}

export default function MobilizersPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const search = useSearch({ from: "/c/$campaign/people/mobilizers" });
  const filters = useFilters();
  const columns = useMobilizerColumns();
  const { chosen, shown, toggle } = useColumnChoice("mobilizers", columns, search);
  const query = pick(search, mobilizerFilters) as MobilizerQuery;
  const list = useList<Mobilizer>({
    queryKey: [...peopleKey(campaign.id), "mobilizers", query],
    fetchPage: (page) => listMobilizers(campaign.id, { ...query, page }),
    search,
  });
  const next = { draft: t`Publish the campaign, then share the landing page, or invite people by email.`, active: t`Share the landing page, or invite people by email.`, closed: t`Nobody joined this campaign.` }[campaign.status];
  return (
    <Page title={t`People`} context={campaign.name}>
      <PeopleTabs />
      <Toolbar search={search} filters={filters} error={list.error} columns={chosen} sort={<SortField columns={columns} search={search} sorted="added" />} searchLabel={t`Search by name, email or phone`}>
        <ViewsMenu shown={{ list: "mobilizers", search, filters: mobilizerFilters, columns: chosen }} />
        <ColumnsButton columns={columns} shown={shown} onToggle={toggle} />
        <DownloadButton list="mobilizers" filter={filterOf(search, mobilizerFilters)} />
      </Toolbar>
      <DataTable
        label={t`Mobilizers`} columns={columns} shown={shown} list={list} rowId={(m) => m.id} search={search} sorted="added"
        empty={<NoRows search={search} filters={filters} none={t`No mobilizer matches these filters.`} yet={t`No mobilizers yet`} next={next} action={<NextStep />} />}
      />
    </Page>
  );
}
