import { useLingui } from "@lingui/react/macro";
import { Markdown } from "../../ui/Markdown";
import { useCampaign } from "../shell/CampaignContext";
import { Fact, Facts } from "../ui/Facts";
import { Section } from "../ui/Section";

export function DetailsSection() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  return (
    <Section title={t`Details`}>
      <Facts>
        <Fact name={t`Name`}>{campaign.name}</Fact>
        <Fact name={t`Description`}>{campaign.description && <div className="markdown"><Markdown text={campaign.description} /></div>}</Fact>
      </Facts>
    </Section>
  );
}
