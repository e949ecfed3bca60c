import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { accessRequestsKey, listAccessRequests, type AccessRequest, type AccessRequestQuery, type AccessRequestsPage } from "../../data/accessRequests";
import { DataTable } from "../../list/DataTable";
import type { Filter } from "../../list/filters";
import { NoRows } from "../../list/NoRows";
import { Toolbar } from "../../list/Toolbar";
import { useList } from "../../list/useList";
import { useCampaign } from "../../shell/CampaignContext";
import { useRequestStatusNames } from "../../ui/AccessRequests";
import { Page } from "../../ui/Page";
import { InvitationTabs } from "../InvitationTabs";
import { useRequestColumns } from "./columns";

/** AccessRequestsPage lists who asks to accept an invitation with another address than the invited one, to be decided here. */
export default function AccessRequestsPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const search = useSearch({ from: "/c/$campaign/invitations/requests" });
  const statuses = useRequestStatusNames();
  const filters: Filter[] = [{ name: "status", label: t`Status`, choices: Object.entries(statuses).map(([value, label]) => ({ value, label })) }];
  const columns = useRequestColumns();
  const query = { status: search.status, search: search.search } as AccessRequestQuery;
  const list = useList<AccessRequest, AccessRequestsPage>({
    queryKey: [...accessRequestsKey(campaign.id), query],
    fetchPage: (page) => listAccessRequests(campaign.id, { ...query, page }),
    search,
    refetchInterval: 30_000,
  });
  return (
    <Page title={t`Invitations`} context={campaign.name}>
      <InvitationTabs />
      <Text c="dimmed" maw={700}>{t`People who have the link of an invitation, and signed in with another address than the invited one. Approve only somebody you know.`}</Text>
      <Toolbar search={search} filters={filters} error={list.error} searchLabel={t`Search by name or email`} />
      <DataTable
        label={t`Access requests`} columns={columns} list={list} rowId={(r) => r.id}
        empty={<NoRows search={search} filters={filters} none={t`No access request matches these filters.`} yet={t`No access requests yet`} next={t`You decide here when somebody signs in with another address than the invited one.`} />}
      />
    </Page>
  );
}
