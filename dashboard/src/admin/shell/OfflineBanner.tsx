import { Trans } from "@lingui/react/macro";
import { useNetwork } from "@mantine/hooks";
import classes from "./shell.module.css";

export function OfflineBanner() {
  const { online } = useNetwork();
  return (
    <div role="status" className={classes.status}>
      {!online && <p className={classes.offline}><Trans>You are offline. The page shows what was loaded last, and nothing can be saved.</Trans></p>}
    </div>
  );
}
