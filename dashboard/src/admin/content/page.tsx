import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../shell/CampaignContext";
import { Page } from "../ui/Page";
import { StatusBadge } from "../ui/StatusBadge";
import { ActionItemsSection } from "./ActionItemsSection";
import { CloseSection } from "./CloseSection";
import { DeleteSection } from "./DeleteSection";
import { DetailsSection } from "./DetailsSection";
import { JoiningSection } from "./JoiningSection";
import { KeyQuestionSection } from "./KeyQuestionSection";
import { PublishSection } from "./PublishSection";

export default function ContentPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [asking, setAsking] = useState(false);
  return (
    <Page title={t`Content`} context={campaign.name} actions={<StatusBadge status={campaign.status} />} description={t`The campaign as mobilizers see it.`}>
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
