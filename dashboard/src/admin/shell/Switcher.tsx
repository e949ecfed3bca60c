import { Trans, useLingui } from "@lingui/react/macro";
import { Menu, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { campaignListQuery, type Campaign } from "../data/campaigns";
import { sessionQuery } from "../data/session";
import { Icon } from "../ui/icons";
import { StatusBadge } from "../ui/StatusBadge";
import classes from "./shell.module.css";

export interface SwitcherProps {
  organization: { id: string; name: string };
  campaign?: Campaign;
}

/** Switcher shows the organization and the campaign of the page, and leads to the others. */
export function Switcher({ organization, campaign, onChoose }: SwitcherProps & { onChoose: () => void }) {
  const { t } = useLingui();
  const session = useQuery(sessionQuery);
  const campaigns = useQuery(campaignListQuery(organization.id));
  const others = session.data?.organizations.filter((o) => o.id !== organization.id) ?? [];
  return (
    <Menu width={272} position="bottom-start">
      <Menu.Target>
        <button type="button" className={`${classes.menuButton} ${classes.switcher}`}>
          <VisuallyHidden>{t`Switch campaign or organization:`}</VisuallyHidden>
          <span className={classes.menuText}>
            <span className={classes.menuTitle}>{campaign?.name ?? organization.name}</span>
            {campaign ? <span className={classes.menuSubtitle}>{organization.name}</span> : <span className={classes.menuSubtitle}><Trans>Organization</Trans></span>}
          </span>
          <Icon name="chevronDown" size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown onClick={onChoose}>
        <Menu.Label>{organization.name}</Menu.Label>
        {campaigns.data?.items.map((c) => (
          <Menu.Item key={c.id} component={Link} to={`/c/${c.id}`} rightSection={<StatusBadge status={c.status} />} aria-current={c.id === campaign?.id || undefined}>{c.name}</Menu.Item>
        ))}
        <Menu.Item component={Link} to={`/o/${organization.id}`} leftSection={<Icon name="organization" />}><Trans>Manage the organization</Trans></Menu.Item>
        {others.length > 0 && <Menu.Divider />}
        {others.length > 0 && <Menu.Label><Trans>Other organizations</Trans></Menu.Label>}
        {others.map((o) => <Menu.Item key={o.id} component={Link} to={`/o/${o.id}`}>{o.name}</Menu.Item>)}
        <Menu.Divider />
        <Menu.Item component={Link} to="/start" leftSection={<Icon name="plus" />}><Trans>Create an organization</Trans></Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
