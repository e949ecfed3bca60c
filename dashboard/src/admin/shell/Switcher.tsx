import { Trans, useLingui } from "@lingui/react/macro";
import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { campaignListQuery, type Campaign } from "../data/campaigns";
import { sessionQuery } from "../data/session";
import { Icon } from "../ui/icons";
import { Menu, MenuDivider, MenuItem, MenuLabel } from "../ui/Menu";
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
  const button = (
    <>
      <VisuallyHidden>{t`Switch campaign or organization:`}</VisuallyHidden>
      <span className={classes.menuText}>
        <span className={classes.menuTitle}>{campaign?.name ?? organization.name} {campaign && <StatusBadge status={campaign.status} />}</span>
        <span className={classes.menuSubtitle}>{campaign ? organization.name : <Trans>Organization</Trans>}</span>
      </span>
      <Icon name="chevronDown" size={16} />
    </>
  );
  return (
    <Menu label={t`Campaigns and organizations`} button={(props) => <button type="button" className={`${classes.menuButton} ${classes.switcher}`} {...props}>{button}</button>}>
      {(close) => {
        const choose = () => {
          close();
          onChoose();
        };
        return (
          <>
            <MenuLabel>{organization.name}</MenuLabel>
            {campaigns.data?.items.map((c) => (
              <MenuItem key={c.id} to={`/c/${c.id}`} end={<StatusBadge status={c.status} />} current={c.id === campaign?.id} onClick={choose}>{c.name}</MenuItem>
            ))}
            <MenuItem to={`/o/${organization.id}`} icon={<Icon name="organization" />} onClick={choose}><Trans>Manage the organization</Trans></MenuItem>
            <MenuDivider />
            {others.length > 0 && <MenuLabel><Trans>Other organizations</Trans></MenuLabel>}
            {others.map((o) => <MenuItem key={o.id} to={`/o/${o.id}`} onClick={choose}>{o.name}</MenuItem>)}
            <MenuItem to="/start" icon={<Icon name="plus" />} onClick={choose}><Trans>Create an organization</Trans></MenuItem>
          </>
        );
      }}
    </Menu>
  );
}
