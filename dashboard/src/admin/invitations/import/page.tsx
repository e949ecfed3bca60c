import { Trans, useLingui } from "@lingui/react/macro";
import { Code, Text } from "@mantine/core";
import { useState } from "react";
import { isApiError, type ApiError } from "../../../api/problem";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { BackLink } from "../../ui/BackLink";
import { FileDrop } from "../../ui/FileDrop";
import { FormProblem } from "../../ui/FormProblem";
import { localProblem } from "../../ui/localProblem";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { Empty } from "../../ui/State";
import { previewList, type ListFile } from "../queries";
import { ColumnsForm } from "./ColumnsForm";
import { PreviewSection } from "./PreviewSection";
import { readText } from "./readText";

/** ImportPage invites everybody of a CSV: choose it, look at what it would do, then send. */
export default function ImportPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const back = <BackLink to={`/c/${campaign.id}/invitations`}>{t`Invitations`}</BackLink>;
  const title = { draft: t`This campaign is a draft`, closed: t`This campaign is closed.`, active: "" }[campaign.status];
  if (!title) return <>{back}<ListImport /></>;
  return <>{back}<Page title={t`Invite many`} context={campaign.name}><Empty title={title}>{campaign.status === "draft" && t`Publish the campaign, then invite people by email.`}</Empty></Page></>;
}

function ListImport() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [file, setFile] = useState<ListFile>();
  const [unknown, setUnknown] = useState<ApiError>();
  const preview = useWrite({
    write: async (list: ListFile) => {
      if (!list.text.trim()) throw localProblem([{ field: "file", message: t`This file is empty. Choose a CSV with the columns email and first_name.` }]);
      return previewList(campaign.id, list);
    },
    onError: (error) => isApiError(error, "columns_unknown") && setUnknown(error),
  });
  const show = (list: ListFile) => {
    setFile(list);
    preview.submit(list);
  };
  const choose = async (chosen: File) => {
    setUnknown(undefined);
    show({ name: chosen.name, ...(await readText(chosen)), columns: {} });
  };
  return (
    <>
      <Page title={t`Invite many`} context={campaign.name} description={t`Nobody is invited before you have seen what the list would do.`}>
        <Section title={t`Choose a CSV file`}>
          <Text size="sm" mb="sm"><Trans>With the columns <Code>email</Code> and <Code>first_name</Code>, and optionally <Code>last_name</Code> and <Code>language</Code> (en or es). Lists of Google Contacts, Outlook, VAN, NationBuilder, ActBlue and Kith work as they are. Up to 5,000 rows and 2 MB.</Trans></Text>
          <FileDrop accept=".csv,text/csv" label={t`CSV file`} name={file?.name} pending={preview.pending} onChoose={(chosen) => void choose(chosen)} />
          {file?.doubtful && <Text size="sm" mt="sm"><Trans>This file is read as Windows-1252, as Excel writes a CSV. If letters are wrong here, save it as CSV UTF-8 and choose it again:</Trans> <q>{file.doubtful}</q></Text>}
          <FormProblem error={isApiError(preview.error, "columns_unknown") ? null : preview.error} form="list" />
          {file && unknown && <ColumnsForm key={file.text} problem={unknown} pending={preview.pending} onChoose={(columns) => show({ ...file, columns })} />}
        </Section>
        {file && preview.data && !preview.error && <PreviewSection key={file.text + JSON.stringify(file.columns)} file={file} preview={preview.data} />}
      </Page>
    </>
  );
}
