import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { campaignKey } from "../data/campaigns";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { Confirm } from "../ui/Confirm";
import { Section } from "../ui/Section";
import { closeCampaign } from "./queries";

/** CloseSection ends the campaign, after its name has been typed: a closed campaign can't be opened again. */
export function CloseSection() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [asked, setAsked] = useState(false);
  const [typed, setTyped] = useState("");
  const close = useWrite({
    write: (_: void, key) => closeCampaign(campaign.id, key),
    changes: [campaignKey(campaign.id), ["organizations", campaign.organization_id], ["session"]],
    onSuccess: () => {
      setAsked(false);
      announce(t`${campaign.name} is closed`);
    },
  });
  const cancel = () => {
    setAsked(false);
    setTyped("");
  };
  return (
    <Section title={t`Close the campaign`} description={t`Mobilizers can only read then, and nobody can join. A closed campaign can't be opened again.`} actions={<Button variant="outline" color="red" onClick={() => setAsked(true)}><Trans>Close…</Trans></Button>}>
      <Confirm opened={asked} title={t`Close ${campaign.name}?`} action={t`Close the campaign`} danger disabled={typed.trim() !== campaign.name} pending={close.pending} error={close.error} onConfirm={() => close.submit()} onClose={cancel}>
        <Text size="sm"><Trans>This can't be undone. Mobilizers can still read, withdraw consent and leave; you can still export.</Trans></Text>
        <TextInput label={t`Type the campaign's name to confirm: ${campaign.name}`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" data-autofocus />
      </Confirm>
    </Section>
  );
}
