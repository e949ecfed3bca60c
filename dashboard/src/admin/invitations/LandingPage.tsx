import { useLingui } from "@lingui/react/macro";
import { Anchor, Group, Text } from "@mantine/core";
import { useCampaign } from "../shell/CampaignContext";
import { CopyButton } from "../ui/CopyButton";

/** LandingPage shows the address to share. People who join by it are among the mobilizers, and not on this page. */
export function LandingPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const open = campaign.status === "active";
  const hint = open
    ? campaign.has_passcode ? t`People who join by it need the passcode. They do not appear below.` : t`Everybody who has it can join. People who join by it do not appear below.`
    : campaign.status === "closed" ? t`The campaign is closed: nobody can join.` : t`The landing page shows the campaign while it is active.`;
  return (
    <div>
      <Group gap="sm">
        <Text fw={600}>{t`Landing page`}</Text>
        {open ? <Anchor href={campaign.landing_page} target="_blank" rel="noopener" style={{ overflowWrap: "anywhere" }}>{campaign.landing_page}</Anchor> : <span>{campaign.landing_page}</span>}
        <CopyButton value={campaign.landing_page} label={t`Copy the address of the landing page`} />
      </Group>
      <Text size="sm" c="dimmed" mt={6}>{hint}</Text>
    </div>
  );
}
