import { useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { ColumnsButton } from "../../list/ColumnsButton";
import { useColumnChoice } from "../../list/columns";
import { DataTable } from "../../list/DataTable";
import type { Filter } from "../../list/filters";
import { Toolbar } from "../../list/Toolbar";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { Page } from "../../ui/Page";
import { NoRows } from "../../list/NoRows";
import { useMatchNames } from "../names";
import { listMobilizers, peopleKey, type Mobilizer, type MobilizerQuery } from "../queries";
import { PeopleTabs } from "../Shared";
import { useMobilizerColumns } from "./columns";

function useFilters(): Filter[] {
  const { t } = useLingui();
  const matches = useMatchNames();
  return [{ name: "match_status", label: t`Voter match`, choices: Object.entries(matches).map(([value, label]) => ({ value, label })) }];
}

export default function MobilizersPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const search = useSearch({ from: "/c/$campaign/people/mobilizers" });
  const filters = useFilters();
  const columns = useMobilizerColumns();
  const { hidden, toggle } = useColumnChoice("mobilizers", columns, search);
  const { sort, order, match_status } = search;
  const query = { sort, order, match_status } as MobilizerQuery;
  const list = useList<Mobilizer>({
    queryKey: [...peopleKey(campaign.id), "mobilizers", query],
    fetchPage: (page) => listMobilizers(campaign.id, { ...query, page }),
  });
  return (
    <Page title={t`People`} context={campaign.name}>
      <PeopleTabs />
      <Toolbar search={search} filters={filters}>
        <ColumnsButton columns={columns} hidden={hidden} onToggle={toggle} />
      </Toolbar>
      <DataTable
        label={t`Mobilizers`} columns={columns} hidden={hidden} list={list} rowId={(m) => m.id} search={search} sorted="added"
        empty={<NoRows search={search} filters={filters} none={t`No mobilizer matches these filters.`} yet={t`No mobilizers yet`} next={t`Share the landing page, or invite people by email.`} />}
      />
    </Page>
  );
}
