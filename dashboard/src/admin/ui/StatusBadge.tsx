import { useLingui } from "@lingui/react/macro";
import { Badge } from "@mantine/core";
import classes from "./StatusBadge.module.css";
import type { Campaign } from "../data/campaigns";

/** StatusBadge names the status of a campaign. */
export function StatusBadge({ status }: { status: Campaign["status"] }) {
  const { t } = useLingui();
  const words = { draft: t`Draft`, active: t`Active`, closed: t`Closed` };
  return <Badge size="sm" radius="sm" tt="none" fw={600} className={classes.badge} data-status={status}>{words[status]}</Badge>;
}
