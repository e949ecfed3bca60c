import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { actionItemsQuery, type ActionItem } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";
import { Icon } from "../ui/icons";
import { ReasonButton } from "../ui/ReasonButton";
import { Section } from "../ui/Section";
import { Empty, ErrorState, Loading } from "../ui/State";
import { ActionItemRow } from "./ActionItemRow";
import classes from "./ActionItems.module.css";
import { useItemOrder } from "./useItemOrder";

const most = 50;

/** ActionItemsSection lists the action items in their order, with the archived ones folded away. */
export function ActionItemsSection() {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const items = useQuery(actionItemsQuery(campaign.id));
  const count = items.data?.length ?? 0;
  return (
    <Section title={t`Action items`} description={t`Mobilizers do these for a contact, in this order. ${count} of ${most}, archived ones included.`} actions={<AddButton full={count >= most} closed={closed} />}>
      {items.isError && <ErrorState error={items.error} retry={() => void items.refetch()} />}
      {items.isPending && <Loading />}
      {items.data && <ItemLists items={items.data} />}
    </Section>
  );
}

function AddButton({ full, closed }: { full: boolean; closed: boolean }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const reason = (closed && t`This campaign is closed.`) || (full && t`A campaign has at most 50 action items, archived ones included.`);
  if (reason) return <ReasonButton size="xs" reason={reason}>{t`Add an action item`}</ReasonButton>;
  return <Button size="xs" component={Link} to={`/c/${campaign.id}/content/items/new`} leftSection={<Icon name="plus" size={14} />}><Trans>Add an action item</Trans></Button>;
}

function ItemLists({ items }: { items: ActionItem[] }) {
  const { t } = useLingui();
  const { closed } = useCampaign();
  const current = items.filter((item) => !item.archived_at);
  const archived = items.filter((item) => item.archived_at);
  const move = useItemOrder(current);
  return (
    <>
      {current.length === 0 && <Empty title={t`No action items yet`}>{!closed && t`Add a task, such as “Ask them to vote early”, or a question that mobilizers answer about a contact.`}</Empty>}
      <ol className={classes.list}>
        {current.map((item, n) => <ActionItemRow key={item.id} item={item} position={n} count={current.length} move={closed ? undefined : move} />)}
      </ol>
      {archived.length > 0 && (
        <details className={classes.archived}>
          <summary><Text span fw={500} size="sm"><Trans>Archived action items ({archived.length})</Trans></Text></summary>
          <ul className={classes.list}>{archived.map((item) => <ActionItemRow key={item.id} item={item} position={0} count={0} />)}</ul>
        </details>
      )}
    </>
  );
}
