import { useLingui } from "@lingui/react/macro";
import { useCampaign } from "../shell/CampaignContext";
import { Page } from "../ui/Page";
import { DetailsSection } from "./DetailsSection";

export default function ContentPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  return (
    <Page title={t`Content`} context={campaign.name}>
      <DetailsSection />
    </Page>
  );
}
