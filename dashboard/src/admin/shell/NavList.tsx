import { Link, type LinkProps } from "@tanstack/react-router";
import { Icon, type IconName } from "../ui/icons";
import classes from "./shell.module.css";

export interface NavItem {
  label: string;
  icon: IconName;
  /** badge is a number to attend to, such as access requests. */
  badge?: number;
  link: Pick<LinkProps, "to" | "params" | "activeOptions">;
}

export function NavList({ items, onChoose }: { items: NavItem[]; onChoose: () => void }) {
  return (
    <ul className={classes.navList}>
      {items.map((item) => (
        <li key={item.label}>
          <Link {...item.link} className={classes.navLink} activeProps={{ "aria-current": "page" }} onClick={onChoose}>
            <Icon name={item.icon} />
            <span>{item.label}</span>
            {!!item.badge && <span className={classes.navBadge}>{item.badge}</span>}
          </Link>
        </li>
      ))}
    </ul>
  );
}
