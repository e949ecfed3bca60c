import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useWrite } from "../../data/useWrite";
import { MoreRows } from "../../list/MoreRows";
import { SearchField } from "../../list/SearchField";
import { useSetSearch } from "../../list/search";
import { useList } from "../../list/useList";
import { useOrganization } from "../../shell/OrganizationShell";
import { FormProblem } from "../../ui/FormProblem";
import { Icon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { saveFile } from "../../../ui/saveFile";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { listSuppressions, suppressionsCsv, suppressionsKey, type Suppression } from "../queries";
import { SuppressionTable } from "./SuppressionTable";

/** SuppressionsPage lists the addresses that get no email from the organization. */
export default function SuppressionsPage() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const { search, status } = useSearch({ from: "/o/$organization/suppressions" });
  const setSearch = useSetSearch();
  const filters = { search, status: status as Suppression["status"] | undefined };
  const list = useList<Suppression>({
    queryKey: [...suppressionsKey(organization.id), filters],
    fetchPage: (page) => listSuppressions(organization.id, { ...filters, page, limit: 50 }),
  });
  const download = useWrite({
    write: () => suppressionsCsv(organization.id),
    onSuccess: (text) => saveFile("suppression-list.csv", text, "text/csv"),
  });
  const statuses = [{ value: "", label: t`Any` }, { value: "active", label: t`No email` }, { value: "lifted", label: t`Lifted` }];
  return (
    <Page title={t`Suppression list`} context={organization.name} description={t`These addresses get no email from the organization: an email came back, was marked as spam, or the person unsubscribed. Joining, or asking for an invitation, lets email through again.`}>
      <Group gap="md" mb="md" align="end">
        <SearchField label={t`Search by email`} value={search ?? ""} />
        <NativeSelect label={t`Status`} data={statuses} value={status ?? ""} onChange={(event) => setSearch({ status: event.currentTarget.value || undefined })} />
        <Button variant="default" leftSection={<Icon name="exports" size={14} />} loading={download.pending} onClick={() => download.submit(undefined)}><Trans>Download as CSV</Trans></Button>
      </Group>
      <FormProblem error={download.error} form="suppressions" />
      {list.loading && <Loading />}
      {list.error && <ErrorState error={list.error} retry={list.retry} />}
      {!list.loading && !list.error && list.rows.length === 0 && <Empty title={t`No addresses`}><Trans>Nobody has unsubscribed, and no email came back.</Trans></Empty>}
      {list.rows.length > 0 && <SuppressionTable rows={list.rows} />}
      {list.rows.length > 0 && <MoreRows list={list} />}
    </Page>
  );
}
