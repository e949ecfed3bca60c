import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useFormat } from "../../../ui/format";
import { useCampaign } from "../../shell/CampaignContext";
import { BackLink } from "../../ui/BackLink";
import { fullName } from "../../ui/fullName";
import { Page } from "../../ui/Page";
import { ProblemPage } from "../../ui/ProblemPage";
import { Loading } from "../../ui/State";
import { Tag } from "../../ui/Tag";
import { MatchLog } from "../MatchLog";
import { mobilizerQuery } from "../queries";
import { Ladder } from "./Ladder";
import { ManagementNotes } from "./ManagementNotes";
import { Numbers } from "./Numbers";
import { ProfileFacts } from "./ProfileFacts";
import { Records } from "./Records";
import { RemoveMobilizer } from "./RemoveMobilizer";

/** MobilizerPage is the profile of a mobilizer: numbers, ladder, contacts, actions, notes and management notes. */
export default function MobilizerPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const { mobilizer: id } = useParams({ from: "/c/$campaign/people/mobilizers/$mobilizer" });
  const query = useQuery(mobilizerQuery(campaign.id, id));
  const back = <BackLink to={`/c/${campaign.id}/people/mobilizers`}>{t`Mobilizers`}</BackLink>;
  const mobilizer = query.data;
  if (!mobilizer) return <>{back}{query.isError ? <ProblemPage error={query.error} context={campaign.name} retry={() => void query.refetch()} /> : <Loading />}</>;
  const left = mobilizer.left_at && format.date(mobilizer.left_at);
  return (
    <>
      {back}
      <Page title={fullName(mobilizer)} context={campaign.name} description={left ? <Tag><Trans>Left on {left}</Trans></Tag> : undefined}>
        <Numbers mobilizer={mobilizer} />
        <ProfileFacts mobilizer={mobilizer} />
        <MatchLog events={mobilizer.match_log} voter={mobilizer.voter} mobilizer={fullName(mobilizer)} />
        <Ladder mobilizer={mobilizer} />
        <Records mobilizer={id} />
        <ManagementNotes mobilizer={id} />
        <RemoveMobilizer mobilizer={id} name={fullName(mobilizer)} />
      </Page>
    </>
  );
}
