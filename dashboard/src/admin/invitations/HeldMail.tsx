import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useCampaign } from "../shell/CampaignContext";

/** HeldMail says that the organization's email waits, and leads to the page where owners resume it. */
export function HeldMail({ reason }: { reason?: string }) {
  const { t } = useLingui();
  const { organization } = useCampaign();
  if (!reason) return null;
  return (
    <Alert color="yellow" variant="light" title={t`Email is on hold`} role="alert">
      <Text size="sm">{reason}</Text>
      <Anchor component={Link} to={`/o/${organization.id}/mail`} size="sm"><Trans>To the organization</Trans></Anchor>
    </Alert>
  );
}
