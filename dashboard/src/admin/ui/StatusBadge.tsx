import { useLingui } from "@lingui/react/macro";
import { Badge } from "@mantine/core";
import type { Campaign } from "../data/campaigns";

/** StatusBadge names the status of a campaign. */
export function StatusBadge({ status }: { status: Campaign["status"] }) {
  const { t } = useLingui();
  const words = { draft: t`Draft`, active: t`Active`, closed: t`Closed` };
  const colors = { draft: "yellow.9", active: "evergreen", closed: "gray.7" };
  return <Badge size="sm" radius="sm" tt="none" fw={600} variant={status === "active" ? "light" : "outline"} color={colors[status]}>{words[status]}</Badge>;
}
