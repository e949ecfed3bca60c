import { useLingui } from "@lingui/react/macro";
import { Anchor, Button, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useFormat, type Fraction } from "../../ui/format";
import { useCampaign } from "../shell/CampaignContext";
import { CopyButton } from "../ui/CopyButton";
import { TabLinks } from "../ui/TabLinks";

/** PeopleTabs leads between mobilizers and contacts. */
export function PeopleTabs() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const params = { campaign: campaign.id };
  return <TabLinks label={t`People`} tabs={[
    { label: t`Mobilizers`, link: { to: "/c/$campaign/people/mobilizers", params } },
    { label: t`Contacts`, link: { to: "/c/$campaign/people/contacts", params } },
    { label: t`Voter suggestions`, link: { to: "/c/$campaign/people/suggestions", params } },
  ]} />;
}

/** NextStep leads from a list without people to the page that gets people to join. */
export function NextStep() {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  if (closed) return null;
  const draft = campaign.status === "draft";
  const button = <Button component={Link} to={`/c/${campaign.id}/${draft ? "content" : "invitations"}`} mt="xs">{draft ? t`Publish the campaign` : t`Invite mobilizers`}</Button>;
  if (draft) return button;
  return (
    <>
      <Group gap="sm">
        <Anchor href={campaign.landing_page} target="_blank" rel="noopener" style={{ overflowWrap: "anywhere" }}>{campaign.landing_page}</Anchor>
        <CopyButton value={campaign.landing_page} label={t`Copy the address of the landing page`} />
      </Group>
      {button}
    </>
  );
}

/** Percent shows a share, with its counts for screen readers and on hover. */
export function Percent({ share }: { share: Fraction }) {
  const { t } = useLingui();
  const format = useFormat();
  const counts = t`${format.number(share.count)} of ${format.number(share.of)}`;
  return <span title={counts}>{format.percent(share)}</span>;
}
