import { useLingui } from "@lingui/react/macro";
import { ActionIcon, Anchor, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Parts } from "../../ui/Parts";
import type { ActionItem } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";
import { Icon } from "../ui/icons";
import { Tooltip } from "../ui/Tooltip";
import classes from "./ActionItems.module.css";
import { useTypeNames } from "./item/types";
import { targetOf, useTargetCountText, useTargetText } from "./targets";

interface ActionItemRowProps {
  item: ActionItem;
  position: number;
  count: number;
  move?: (from: number, to: number) => void;
}

export function ActionItemRow({ item, position, count, move }: ActionItemRowProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const names = useTypeNames();
  const target = targetOf(item.target);
  const contacts = useTargetCountText(campaign.id, target);
  const targetText = useTargetText(campaign)(target);
  return (
    <li className={classes.row}>
      <span className={classes.number} aria-hidden>{item.archived_at ? "" : position + 1}</span>
      <div>
        <Anchor component={Link} to={`/c/${campaign.id}/content/items/${item.id}`} className={classes.title}>{item.title}</Anchor>
        <div className={classes.facts}>
          <Parts of={[names[item.type], item.nickname && t`Heading: ${item.nickname}`, t`For: ${targetText}`, !item.archived_at && contacts]} />
        </div>
      </div>
      {move && <MoveButtons item={item} position={position} count={count} move={move} />}
    </li>
  );
}

function MoveButtons({ item, position, count, move }: Required<ActionItemRowProps>) {
  const { t } = useLingui();
  return (
    <Group gap={4} wrap="nowrap">
      <Tooltip label={t`Move up`}>
        <ActionIcon variant="default" size="lg" aria-label={t`Move up: ${item.title}`} aria-disabled={position === 0} data-disabled={position === 0 || undefined} onClick={() => position > 0 && move(position, position - 1)}><Icon name="up" size={16} /></ActionIcon>
      </Tooltip>
      <Tooltip label={t`Move down`}>
        <ActionIcon variant="default" size="lg" aria-label={t`Move down: ${item.title}`} aria-disabled={position === count - 1} data-disabled={position === count - 1 || undefined} onClick={() => position < count - 1 && move(position, position + 1)}><Icon name="down" size={16} /></ActionIcon>
      </Tooltip>
    </Group>
  );
}
