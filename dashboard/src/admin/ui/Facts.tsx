import type { ReactNode } from "react";
import classes from "./Facts.module.css";

/** Facts is a list of names and values, as a form shows it before editing. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

/** Fact is one name and value. A missing value is shown as the text of empty, never as a gap. */
export function Fact({ name, children, empty = "–" }: { name: ReactNode; children?: ReactNode; empty?: string }) {
  const blank = children === undefined || children === null || children === "";
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{blank ? <span className={classes.empty}>{empty}</span> : children}</dd>
    </div>
  );
}
