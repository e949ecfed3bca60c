import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Code, Group, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { CopyButton } from "../../ui/CopyButton";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { Page } from "../../ui/Page";
import { ReasonButton } from "../../ui/ReasonButton";
import { Section } from "../../ui/Section";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { ExportTabs } from "../ExportTabs";
import { createToken, tokensQuery } from "../queries";
import { TokenTable } from "./TokenTable";

/** TokensPage has the service tokens, with which programs export this campaign. */
export default function TokensPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const tokens = useQuery(tokensQuery(campaign.id));
  return (
    <Page title={t`Exports`} context={campaign.name}>
      <ExportTabs />
      <Section title={t`New service token`} description={t`A program sends it to request and download exports of this campaign. It can do nothing else.`}><NewToken /></Section>
      <Section title={t`Service tokens`}>
        {tokens.isPending && <Loading />}
        {tokens.isError && <ErrorState error={tokens.error} retry={() => void tokens.refetch()} />}
        {tokens.data?.items.length === 0 && <Empty title={t`No service tokens yet`} />}
        {!!tokens.data?.items.length && <TokenTable tokens={tokens.data.items} />}
      </Section>
    </Page>
  );
}

// A token is shown once, and never kept in this browser.
function NewToken() {
  const { t } = useLingui();
  const { campaign, owner } = useCampaign();
  const [name, setName] = useState("");
  const create = useWrite({
    write: (text: string) => createToken(campaign.id, text),
    changes: [tokensQuery(campaign.id).queryKey],
    onSuccess: () => setName(""),
  });
  return (
    <Form name="token" error={create.error} onSubmit={() => create.submit(name)}>
      <TextInput {...fieldProps("token", "name", create.error)} label={t`Name`} description={t`The program that uses it, such as “Nightly warehouse load”.`} required maw={520} disabled={!owner} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      {owner
        ? <FormActions pending={create.pending} label={<Trans>Create the token</Trans>} />
        : <Group><ReasonButton reason={t`Only owners can do this.`}><Trans>Create the token</Trans></ReasonButton></Group>}
      {create.data && (
        <Alert variant="light" role="status" title={t`Copy the token now`}>
          <Group gap="sm"><Code style={{ overflowWrap: "anywhere" }}>{create.data.token}</Code><CopyButton value={create.data.token} label={t`Copy the token`} /></Group>
          <Text size="sm" mt="xs"><Trans>Nobody can see it again later. Keep it like a password.</Trans></Text>
        </Alert>
      )}
    </Form>
  );
}
