import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { actionItemsQuery, campaignListQuery } from "../data/campaigns";
import { useFirstSteps } from "../data/useFirstSteps";
import { useCampaign } from "../shell/CampaignContext";
import { Page } from "../ui/Page";
import { Steps } from "../ui/Steps";
import { StatusBadge } from "../ui/StatusBadge";
import { ActionItemsSection } from "./ActionItemsSection";
import { CloseSection } from "./CloseSection";
import { DeleteSection } from "./DeleteSection";
import { DetailsSection } from "./DetailsSection";
import { JoiningSection } from "./JoiningSection";
import { KeyQuestionSection } from "./KeyQuestionSection";
import { PublishSection } from "./PublishSection";

/** FirstSteps shows how far an organization's first use is, while its only campaign is a draft. */
function FirstSteps() {
  const { campaign } = useCampaign();
  const campaigns = useQuery(campaignListQuery(campaign.organization_id));
  const items = useQuery(actionItemsQuery(campaign.id));
  const names = useFirstSteps();
  if (campaigns.data?.items.length !== 1 || !items.data) return null;
  return <Steps names={names} current={items.data.some((item) => !item.archived_at) ? 3 : 2} />;
}

export default function ContentPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [asking, setAsking] = useState(false);
  return (
    <Page title={t`Content`} context={campaign.name} actions={<StatusBadge status={campaign.status} />} description={t`The campaign as mobilizers see it.`}>
      {campaign.status === "draft" && <FirstSteps />}
      {campaign.status === "draft" && <PublishSection onAsk={() => setAsking(true)} />}
      <DetailsSection />
      <JoiningSection />
      <KeyQuestionSection open={asking} onClose={() => setAsking(false)} />
      <ActionItemsSection />
      {campaign.status === "draft" && <DeleteSection />}
      {campaign.status === "active" && <CloseSection />}
    </Page>
  );
}
