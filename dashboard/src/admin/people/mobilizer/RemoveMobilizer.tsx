import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Radio, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { campaignKey } from "../../data/campaigns";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { Section } from "../../ui/Section";
import { deleteMobilizer, peopleKey } from "../queries";

/** RemoveMobilizer removes a mobilizer from the campaign after asking, with or without their contacts. */
export function RemoveMobilizer({ mobilizer, name }: { mobilizer: string; name: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const [contacts, setContacts] = useState("keep");
  const remove = useWrite({
    write: async (kept: "keep" | "remove") => {
      await deleteMobilizer(campaign.id, mobilizer, kept);
      if (kept === "keep") return;
      await navigate({ to: "/c/$campaign/people/mobilizers", params: { campaign: campaign.id }, replace: true });
      queries.removeQueries({ queryKey: peopleKey(campaign.id), type: "inactive" }); // Back must not show the profile or a contact
    },
    changes: [campaignKey(campaign.id)],
    onSuccess: () => {
      announce(t`Mobilizer removed`);
      setAsked(false);
    },
  });
  return (
    <Section title={t`Membership`} description={t`Somebody who is removed can no longer use the campaign. You choose whether their contacts stay.`} actions={<Button variant="outline" color="red" onClick={() => setAsked(true)}><Trans>Remove from the campaign</Trans></Button>}>
      <Confirm opened={asked} title={t`Remove ${name} from the campaign?`} action={t`Remove`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit(contacts === "remove" ? "remove" : "keep")} onClose={() => setAsked(false)}>
        <Text size="sm"><Trans>They can no longer read or change anything in it. To join again, they need an invitation.</Trans></Text>
        <Radio.Group label={t`Their contacts`} value={contacts} onChange={setContacts}>
          <Stack gap="xs" mt="xs">
            <Radio value="keep" label={t`Keep them in the campaign`} description={t`Contacts, answers and notes stay in lists, totals and exports, and so does the profile.`} />
            <Radio value="remove" label={t`Remove them, with all answers and notes`} description={t`The profile and management notes are deleted, too. This can't be undone.`} />
          </Stack>
        </Radio.Group>
      </Confirm>
    </Section>
  );
}
