import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { campaignKey } from "../data/campaigns";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { Confirm } from "../ui/Confirm";
import { CopyButton } from "../ui/CopyButton";
import { FormProblem } from "../ui/FormProblem";
import { createPasscode, deletePasscode } from "./queries";

/** Passcode makes, replaces and removes the passcode. A new one is shown once, and never kept in this browser. */
export function Passcode() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [asked, setAsked] = useState<"replace" | "remove">();
  const changes = [campaignKey(campaign.id)];
  const create = useWrite({ write: () => createPasscode(campaign.id), changes, onSuccess: () => setAsked(undefined) });
  const remove = useWrite({
    write: () => deletePasscode(campaign.id), changes,
    onSuccess: () => {
      create.reset();
      setAsked(undefined);
      announce(t`Passcode removed`);
    },
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Text inherit>{campaign.has_passcode ? <Trans>People who join by the landing page must enter a passcode.</Trans> : <Trans>No passcode: the address is enough to join.</Trans>}</Text>
      {create.data && <NewPasscode passcode={create.data.passcode} />}
      <FormProblem error={asked ? null : create.error} form="passcode" />
      <Group gap="sm">
        {!campaign.has_passcode && <Button size="xs" variant="default" loading={create.pending} onClick={() => create.submit(undefined)}>{t`Create a passcode`}</Button>}
        {campaign.has_passcode && <Button size="xs" variant="default" onClick={() => setAsked("replace")}>{t`Replace the passcode`}</Button>}
        {campaign.has_passcode && <Button size="xs" variant="default" onClick={() => setAsked("remove")}>{t`Remove the passcode`}</Button>}
      </Group>
      <Confirm opened={asked === "replace"} title={t`Replace the passcode?`} action={t`Replace`} pending={create.pending} error={create.error} onConfirm={() => create.submit(undefined)} onClose={() => setAsked(undefined)}>
        <Text size="sm"><Trans>The old passcode stops working at once. The new one is shown only once.</Trans></Text>
      </Confirm>
      <Confirm opened={asked === "remove"} title={t`Remove the passcode?`} action={t`Remove`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit(undefined)} onClose={() => setAsked(undefined)}>
        <Text size="sm"><Trans>Everybody who has the address of the landing page can join then.</Trans></Text>
      </Confirm>
    </Stack>
  );
}

function NewPasscode({ passcode }: { passcode: string }) {
  const { t } = useLingui();
  return (
    <Alert variant="light" title={t`Write the passcode down now`} role="status">
      <Group gap="sm">
        <Code fz="lg">{passcode}</Code>
        <CopyButton value={passcode} label={t`Copy the passcode`} />
      </Group>
      <Text size="sm" mt="xs"><Trans>Nobody can see it again later; you can replace it at any time.</Trans></Text>
    </Alert>
  );
}
