import { Trans } from "@lingui/react/macro";
import type { Campaign } from "./data/campaign";
import { useFormat } from "../ui/format";

/** EndedBanner says that the campaign is closed, or that the person left it, and what they can still do. */
export function EndedBanner({ campaign }: { campaign: Campaign }) {
  const { date } = useFormat(campaign.time_zone);
  const { left_at: leftAt } = campaign.membership;
  if (leftAt) {
    return (
      <p className="banner">
        <Trans>You left on {date(leftAt)}. You can withdraw consent under Me.</Trans>{" "}
        {campaign.status === "active" && <a href={campaign.landing_page}><Trans>Join again</Trans></a>}
      </p>
    );
  }
  if (campaign.status !== "closed") return null;
  const { closed_at: closedAt } = campaign;
  return (
    <p className="banner">
      {closedAt ? <Trans>This campaign ended on {date(closedAt)}. You can read everything, withdraw consent, or leave.</Trans>
        : <Trans>This campaign has ended. You can read everything, withdraw consent, or leave.</Trans>}
    </p>
  );
}
