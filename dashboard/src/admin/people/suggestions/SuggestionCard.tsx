import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Group, Paper, Stack, Text, VisuallyHidden } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Parts } from "../../../ui/Parts";
import { useFormat } from "../../../ui/format";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { FormProblem } from "../../ui/FormProblem";
import { fullName } from "../../ui/fullName";
import { Tag, type Tone } from "../../ui/Tag";
import { useAgreement } from "../agreement";
import { peopleKey } from "../queries";
import { decideSuggestion, type Decision, type SuggestedVoter, type Suggestion } from "./queries";

/** SuggestionCard shows a contact with the voters who may be that person, each to be accepted or declined. */
export function SuggestionCard({ suggestion }: { suggestion: Suggestion }) {
  const { campaign } = useCampaign();
  const name = fullName(suggestion);
  return (
    <Paper withBorder p="md" component="article" aria-label={name}>
      <Anchor fw={600} component={Link} to={`/c/${campaign.id}/people/contacts/${suggestion.contact_id}`}>{name}</Anchor>
      <Text size="sm" c="dimmed">{[suggestion.city, suggestion.zip].filter(Boolean).join(" ") || <Trans>No place given</Trans>}</Text>
      <Stack gap="sm" my={0} pt="sm" component="ul" pl={0} style={{ listStyle: "none" }}>
        {suggestion.voters.map((voter) => <Voter key={voter.canonical_voter_id} contact={suggestion.contact_id} person={name} voter={voter} />)}
      </Stack>
    </Paper>
  );
}

function Voter({ contact, person, voter }: { contact: string; person: string; voter: SuggestedVoter }) {
  const { t } = useLingui();
  const format = useFormat();
  const { campaign } = useCampaign();
  const agreement = useAgreement();
  const [asked, setAsked] = useState(false);
  const name = [voter.first_name, voter.middle_name, voter.last_name, voter.suffix].filter(Boolean).join(" ");
  const decide = useWrite({
    write: (decision: Decision, key) => decideSuggestion(campaign.id, contact, voter.canonical_voter_id, decision, key),
    changes: [peopleKey(campaign.id)],
    onSuccess: (_, decision) => {
      setAsked(false);
      announce(decision === "accept" ? t`${person} is matched to ${name}.` : t`${name} is not suggested for ${person} again.`);
    },
  });
  const bands: Record<SuggestedVoter["band"], [string, Tone]> = {
    strong: [t`Strong`, "good"], likely: [t`Likely`, "neutral"], possible: [t`Possible`, "attention"],
  };
  const [band, tone] = bands[voter.band];
  const confidence = format.number(Math.min(99, Math.floor(voter.confidence * 100)));
  return (
    <Group component="li" justify="space-between" gap="sm">
      <div>
        <Text size="sm">{name} <Tag tone={tone}>{band}</Tag></Text>
        <Text size="sm" c="dimmed"><Parts of={[[voter.city, voter.zip].filter(Boolean).join(" "), voter.birth_year && t`born ${voter.birth_year}`, t`Voter ID ${voter.state_file_id ?? voter.canonical_voter_id}`, t`${confidence} % sure`]} /></Text>
        <Text size="sm" c="dimmed"><Parts of={agreement(voter.levels)} /></Text>
        {voter.repeated && <Text size="sm"><Trans>Also suggested for another contact of the same mobilizer.</Trans></Text>}
        <FormProblem error={asked ? null : decide.error} form={voter.canonical_voter_id} />
      </div>
      <Group gap="xs">
        <Button size="xs" loading={decide.pending} onClick={() => decide.submit("accept")}><Trans>Match</Trans><VisuallyHidden>: {name}</VisuallyHidden></Button>
        <Button size="xs" variant="default" disabled={decide.pending} onClick={() => setAsked(true)}><Trans>Not this voter</Trans><VisuallyHidden>: {name}</VisuallyHidden></Button>
      </Group>
      <Confirm opened={asked} title={t`Is ${name} another person than ${person}?`} action={t`Not this voter`} danger pending={decide.pending} error={decide.error} onConfirm={() => decide.submit("decline")} onClose={() => setAsked(false)}>
        <Text size="sm"><Trans>This voter is not suggested for this contact again. This can't be undone.</Trans></Text>
      </Confirm>
    </Group>
  );
}
