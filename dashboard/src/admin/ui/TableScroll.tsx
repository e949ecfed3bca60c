import { useLingui } from "@lingui/react/macro";
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { TableCaption } from "./TableCaption";

/** TableScroll is a small table that scrolls where it does not fit. */
export function TableScroll({ label, children }: { label: string; children: ReactNode }) {
  const { t } = useLingui();
  return (
    <div style={{ overflow: "auto", maxHeight: "16rem" }} role="region" aria-label={t`${label}, scrolls sideways`} tabIndex={0}>
      <Table style={{ whiteSpace: "nowrap" }}><TableCaption>{label}</TableCaption>{children}</Table>
    </div>
  );
}
