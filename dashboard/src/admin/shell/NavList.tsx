import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Icon, type IconName } from "../ui/icons";
import classes from "./shell.module.css";

export interface NavItem {
  label: string;
  icon: IconName;
  /** badge stands beside the label, such as the number of access requests. */
  badge?: ReactNode;
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
            {item.badge}
          </Link>
        </li>
      ))}
    </ul>
  );
}
