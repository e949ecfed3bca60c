import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useFormat } from "../../ui/format";
import type { Analytics } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";

interface FreshnessProps {
  asOf: Analytics["as_of"];
  recount: Analytics["recount"];
}

/** Freshness tells up to when the numbers are counted, and what the last recount found. */
export function Freshness({ asOf, recount }: FreshnessProps) {
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  if (!asOf) return null;
  const time = format.dateTime(asOf);
  return (
    <Text size="sm" c="dimmed">
      <Trans>Counted up to {time}.</Trans> <Recount recount={recount} />
    </Text>
  );
}

function Recount({ recount }: { recount: Analytics["recount"] }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  if (!recount?.at) return t`No recount yet.`;
  const time = format.dateTime(recount.at);
  const drift = format.number(recount.drift);
  const repaired = format.number(recount.repaired);
  const pending = format.number(recount.pending);
  return (
    <>
      {recount.drift === 0 ? <Trans>Last recount {time}, no drift.</Trans> : <Trans>Last recount {time}: {drift} numbers differed, {repaired} were corrected.</Trans>}
      {recount.pending > 0 && <> <Trans>{pending} could not be verified while the campaign was busy.</Trans></>}
      {recount.due && <> <Trans>Another recount is due.</Trans></>}
    </>
  );
}
