import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useWrite } from "../../data/useWrite";
import type { Filter } from "../../list/filters";
import { NoRows } from "../../list/NoRows";
import { Toolbar } from "../../list/Toolbar";
import { useList } from "../../list/useList";
import { useOrganization } from "../../shell/OrganizationShell";
import { FormProblem } from "../../ui/FormProblem";
import { Icon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { saveFile } from "../../../ui/saveFile";
import { listSuppressions, suppressionsCsv, suppressionsKey, type Suppression, type SuppressionQuery } from "../queries";
import { SuppressionTable } from "./SuppressionTable";

/** SuppressionsPage lists the addresses that get no email from the organization. */
export default function SuppressionsPage() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const search = useSearch({ from: "/o/$organization/suppressions" });
  const filters: Filter[] = [{ name: "status", label: t`Status`, choices: [{ value: "active", label: t`No email` }, { value: "lifted", label: t`Lifted` }] }];
  const query = { search: search.search, status: search.status } as SuppressionQuery;
  const list = useList<Suppression>({
    queryKey: [...suppressionsKey(organization.id), query],
    fetchPage: (page) => listSuppressions(organization.id, { ...query, page, limit: 50 }),
    search,
  });
  const download = useWrite({
    write: () => suppressionsCsv(organization.id),
    onSuccess: (text) => saveFile("suppression-list.csv", text, "text/csv"),
  });
  return (
    <Page title={t`Suppression list`} context={organization.name} description={t`These addresses get no email from the organization: an email came back, was marked as spam, or the person unsubscribed. Joining, or asking for an invitation, lets email through again.`}>
      <Toolbar search={search} filters={filters} error={list.error} searchLabel={t`Search by email`}>
        <Button variant="default" leftSection={<Icon name="exports" size={14} />} loading={download.pending} onClick={() => download.submit(undefined)}><Trans>Download as CSV</Trans></Button>
      </Toolbar>
      <FormProblem error={download.error} form="suppressions" />
      <SuppressionTable
        list={list}
        empty={<NoRows search={search} filters={filters} none={t`No address matches these filters.`} yet={t`No addresses`} next={t`Nobody has unsubscribed, and no email came back.`} />}
      />
    </Page>
  );
}
