import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { VisuallyHidden } from "@mantine/core";
import classes from "./RequestsBadge.module.css";

/** RequestsBadge is the number of pending access requests, beside a link. Screen readers hear what it counts. */
export function RequestsBadge({ count }: { count: number }) {
  const { t } = useLingui();
  return (
    <span className={classes.badge}>
      <span aria-hidden>{count}</span>
      <VisuallyHidden>{t`${plural(count, { one: "# access request pending", other: "# access requests pending" })}`}</VisuallyHidden>
    </span>
  );
}
