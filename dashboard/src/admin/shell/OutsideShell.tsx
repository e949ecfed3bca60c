import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import classes from "./shell.module.css";

/** OutsideShell is the frame of pages that belong to no organization: first use, loading, and errors. */
export function OutsideShell({ children }: { children: ReactNode }) {
  return (
    <>
      <Group component="header" justify="space-between" wrap="nowrap" className={classes.outsideHeader}>
        <Brand />
        <div className={classes.outsideAccount}><AccountMenu /></div>
      </Group>
      <main id="main" tabIndex={-1} className={classes.outsideMain}>{children}</main>
    </>
  );
}
