import { Trans, useLingui } from "@lingui/react/macro";
import { Code, Text } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { BackLink } from "../../ui/BackLink";
import { FileDrop } from "../../ui/FileDrop";
import { FormProblem } from "../../ui/FormProblem";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { previewList } from "../queries";
import { PreviewSection } from "./PreviewSection";

interface ListFile {
  name: string;
  text: string;
}

/** ImportPage invites everybody of a CSV: choose it, look at what it would do, then send. */
export default function ImportPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [file, setFile] = useState<ListFile>();
  const preview = useWrite({ write: ({ text }: ListFile) => previewList(campaign.id, text) });
  const choose = async (chosen: File) => {
    const next = { name: chosen.name, text: await chosen.text() };
    setFile(next);
    preview.submit(next);
  };
  return (
    <>
      <BackLink to={`/c/${campaign.id}/invitations`}>{t`Invitations`}</BackLink>
      <Page title={t`Invite many`} context={campaign.name} description={t`Nobody is invited before you have seen what the list would do.`}>
        <Section title={t`Choose a CSV file`}>
          <Text size="sm" mb="sm"><Trans>With the columns <Code>email</Code>, <Code>first_name</Code> and <Code>last_name</Code>, and optionally <Code>language</Code> (en or es). Up to 5,000 rows and 2 MB.</Trans></Text>
          <FileDrop accept=".csv,text/csv" label={t`CSV file`} name={file?.name} pending={preview.pending} onChoose={(chosen) => void choose(chosen)} />
          <FormProblem error={preview.error} form="list" />
        </Section>
        {file && preview.data && !preview.error && <PreviewSection key={file.text} csv={file.text} preview={preview.data} />}
      </Page>
    </>
  );
}
