import { useLingui } from "@lingui/react/macro";
import { Breakable } from "../../../ui/Breakable";
import { useFormat } from "../../../ui/format";
import { useCampaign } from "../../shell/CampaignContext";
import { Fact, Facts } from "../../ui/Facts";
import { Instant } from "../../ui/Instant";
import { Section } from "../../ui/Section";
import { phoneName } from "../../ui/phoneName";
import { placeName } from "../../ui/placeName";
import { MatchTag } from "../names";
import type { Mobilizer } from "../queries";
import { VoterFact } from "../VoterFact";

/** ProfileFacts shows who a mobilizer is. Email and phone appear with their consent only. */
export function ProfileFacts({ mobilizer }: { mobilizer: Mobilizer }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const hidden = mobilizer.consent ? undefined : t`not shared`;
  return (
    <Section title={t`Profile`}>
      <Facts>
        <Fact name={t`Email`} empty={hidden}>{mobilizer.email && <Breakable>{mobilizer.email}</Breakable>}</Fact>
        <Fact name={t`Phone`} empty={hidden}>{phoneName(mobilizer.phone)}</Fact>
        <Fact name={t`Place`}>{placeName(mobilizer)}</Fact>
        <Fact name={t`Voter match`}><MatchTag status={mobilizer.match_status} /></Fact>
        <VoterFact voter={mobilizer.voter} />
        <Fact name={t`Joined`}>{format.dateTime(mobilizer.joined_at)}</Fact>
        <Fact name={t`First activity`}>{mobilizer.first_activity_at && format.dateTime(mobilizer.first_activity_at)}</Fact>
        <Fact name={t`Last active`}><Instant at={mobilizer.last_activity_at} timeZone={campaign.time_zone} /></Fact>
      </Facts>
    </Section>
  );
}
