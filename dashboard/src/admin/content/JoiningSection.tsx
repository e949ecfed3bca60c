import { useLingui } from "@lingui/react/macro";
import { Anchor, Button, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useCampaign } from "../shell/CampaignContext";
import { CopyButton } from "../ui/CopyButton";
import { Fact, Facts } from "../ui/Facts";
import { Section } from "../ui/Section";
import { Passcode } from "./Passcode";

/** JoiningSection has what a person needs who wants to join: the landing page and the passcode. */
export function JoiningSection() {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const open = campaign.status === "active";
  const invite = <Button size="xs" component={Link} to={`/c/${campaign.id}/invitations`}>{t`Invite mobilizers`}</Button>;
  return (
    <Section title={t`Joining`} description={open ? t`Share the landing page. Everybody who has the address, and the passcode if there is one, can join.` : closed ? t`The campaign is closed: nobody can join.` : t`The landing page shows the campaign while it is active.`} actions={open && invite}>
      <Facts>
        <Fact name={t`Landing page`}>
          <Group gap="sm">
            {open ? <Anchor href={campaign.landing_page} target="_blank" rel="noopener">{campaign.landing_page}</Anchor> : <span>{campaign.landing_page}</span>}
            <CopyButton value={campaign.landing_page} label={t`Copy the address of the landing page`} />
          </Group>
        </Fact>
        {!closed && <Fact name={t`Passcode`}><Passcode /></Fact>}
      </Facts>
    </Section>
  );
}
