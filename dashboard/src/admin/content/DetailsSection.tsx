import { useLingui } from "@lingui/react/macro";
import { Markdown } from "../../ui/Markdown";
import { useFormat } from "../../ui/format";
import { useCampaign } from "../shell/CampaignContext";
import { EditableSection } from "../ui/EditableSection";
import { Fact, Facts } from "../ui/Facts";
import { DetailsForm, detailsDraft } from "./DetailsForm";

/** DetailsSection has the campaign's name, description, address and time zone. */
export function DetailsSection() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const zone = format.zone();
  return (
    <EditableSection title={t`Details`} draft={detailsDraft(campaign.id)} form={(close) => <DetailsForm close={close} />}>
      <Facts>
        <Fact name={t`Name`}>{campaign.name}</Fact>
        <Fact name={t`Description`} empty={t`No description`}>{campaign.description && <div className="markdown"><Markdown text={campaign.description} /></div>}</Fact>
        {campaign.name_es && <Fact name={t`Name in Spanish`}><span lang="es">{campaign.name_es}</span></Fact>}
        {campaign.description_es && <Fact name={t`Description in Spanish`}><div className="markdown" lang="es"><Markdown text={campaign.description_es} /></div></Fact>}
        <Fact name={t`Address`}>/j/{campaign.slug}</Fact>
        <Fact name={t`Time zone`}>{zone === campaign.time_zone ? zone : `${zone.charAt(0).toUpperCase()}${zone.slice(1)} (${campaign.time_zone})`}</Fact>
      </Facts>
    </EditableSection>
  );
}
