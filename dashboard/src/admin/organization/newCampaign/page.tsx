import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { campaignListQuery } from "../../data/campaigns";
import { useFirstSteps } from "../../data/useFirstSteps";
import { useOrganization } from "../../shell/OrganizationShell";
import { BackLink } from "../../ui/BackLink";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { Steps } from "../../ui/Steps";
import { NewCampaignForm } from "./NewCampaignForm";

/** NewCampaignPage creates a campaign as a draft. The first one of an organization is a step of its first use. */
export default function NewCampaignPage() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const campaigns = useQuery(campaignListQuery(organization.id));
  const steps = useFirstSteps();
  return (
    <>
      <BackLink to={`/o/${organization.id}`}>{t`Campaigns`}</BackLink>
      <Page title={t`New campaign`} context={organization.name} description={t`It begins as a draft, which nobody sees before you publish it.`}>
        {campaigns.data?.items.length === 0 && <Steps names={steps} current={1} />}
        <Section title={t`Campaign`}><NewCampaignForm /></Section>
      </Page>
    </>
  );
}
