import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { actionItemsQuery } from "../../data/campaigns";
import { useCampaign } from "../../shell/CampaignContext";
import { Page } from "../../ui/Page";
import { BackLink } from "../../ui/BackLink";
import { ProblemPage } from "../../ui/ProblemPage";
import { Empty, Loading } from "../../ui/State";
import { ItemEditor } from "./ItemEditor";
import { ItemView } from "./ItemView";

/** ActionItemPage shows an action item, or the form for a new one. */
export default function ActionItemPage() {
  const { t } = useLingui();
  const { item: id } = useParams({ from: "/c/$campaign/content/items/$item" });
  const { campaign } = useCampaign();
  const back = <BackLink to={`/c/${campaign.id}/content`}>{t`Content`}</BackLink>;
  return id === "new" ? <>{back}<NewItem /></> : <>{back}<ExistingItem id={id} /></>;
}

function NewItem() {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const navigate = useNavigate();
  const toContent = () => void navigate({ to: "/c/$campaign/content", params: { campaign: campaign.id } });
  return (
    <Page title={t`New action item`} context={campaign.name}>
      {closed ? <Empty title={t`This campaign is closed.`}>{t`Only its name and description can still be changed.`}</Empty> : <ItemEditor close={toContent} />}
    </Page>
  );
}

function ExistingItem({ id }: { id: string }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const items = useQuery(actionItemsQuery(campaign.id));
  const item = items.data?.find((i) => i.id === id);
  if (items.isError) return <ProblemPage error={items.error} context={campaign.name} retry={() => void items.refetch()} />;
  if (!items.data) return <Loading />;
  if (!item) return <Page title={t`There is no such action item`} context={campaign.name}>{t`Somebody may have removed it.`}</Page>;
  return <ItemView item={item} />;
}
