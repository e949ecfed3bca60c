import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import classes from "./TabLinks.module.css";

export interface TabLink {
  label: string;
  badge?: ReactNode;
  link: Pick<LinkProps, "to" | "params" | "activeOptions">;
}

/** TabLinks leads between the parts of a page, each with an address of its own. */
export function TabLinks({ label, tabs }: { label: string; tabs: TabLink[] }) {
  return (
    <nav aria-label={label} className={classes.tabs}>
      {tabs.map((tab) => (
        <Link key={tab.label} {...tab.link} className={classes.tab} activeProps={{ "aria-current": "page" }}>
          {tab.label}
          {tab.badge}
        </Link>
      ))}
    </nav>
  );
}
