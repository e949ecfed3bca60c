import { Trans, useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { DataTable } from "../list/DataTable";
import { useList } from "../list/useList";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { Form } from "../ui/Form";
import { FormActions } from "../ui/FormActions";
import { Page } from "../ui/Page";
import { Section } from "../ui/Section";
import { Empty } from "../ui/State";
import { useExportColumns } from "./columns";
import { ExportFields } from "./ExportFields";
import { firstChoice, requestOf, type ExportForm } from "./exportForm";
import { useItemCheck } from "./useItemCheck";
import { ExportTabs } from "./ExportTabs";
import { createExport, exportsKey, isRunning, listExports, pollInterval, type Export } from "./queries";

/** ExportsPage requests exports and shows those that were requested. */
export default function ExportsPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  return (
    <Page title={t`Exports`} context={campaign.name}>
      <ExportTabs />
      <Section title={t`Request an export`}><RequestForm /></Section>
      <Section title={t`History`} description={t`Files are removed after a while; the table says when.`}><History /></Section>
    </Page>
  );
}

function RequestForm() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [form, setForm] = useState(firstChoice);
  const check = useItemCheck();
  const request = useWrite({
    write: (values: ExportForm, key) => createExport(campaign.id, check(requestOf(values)), key),
    changes: [exportsKey(campaign.id)],
    onSuccess: () => announce(t`Requested. It appears in the history.`),
  });
  return (
    <Form name="export" error={request.error} onSubmit={() => request.submit(form)}>
      <ExportFields form="export" error={request.error} value={form} onChange={(change) => setForm({ ...form, ...change })} />
      <FormActions pending={request.pending} label={<Trans>Request the export</Trans>} />
    </Form>
  );
}

function History() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const search = useSearch({ from: "/c/$campaign/exports" });
  const [busySince, setBusySince] = useState<number>();
  const list = useList<Export>({
    queryKey: [...exportsKey(campaign.id), "list"],
    fetchPage: (page) => listExports(campaign.id, page),
    search,
    refetchInterval: busySince === undefined ? undefined : pollInterval(busySince),
  });
  const busy = list.rows.some(isRunning);
  if (busy !== (busySince !== undefined)) setBusySince(busy ? Date.now() : undefined);
  const columns = useExportColumns();
  return <DataTable label={t`Exports`} columns={columns} list={list} rowId={(e) => e.id} empty={<Empty title={t`No exports yet`}>{t`Request one above. It takes some seconds.`}</Empty>} />;
}
