import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useFormat, type Fraction } from "../../ui/format";
import { searchOf } from "../list/search";
import { useCampaign } from "../shell/CampaignContext";
import classes from "./ShareBar.module.css";

/** ShareBar draws a share as a bar, with the share and its counts beside it, which lead to the counted contacts. */
export function ShareBar({ share }: { share: Fraction & { query?: string } }) {
  const { campaign } = useCampaign();
  const format = useFormat();
  const percent = share.of === 0 ? 0 : (share.count / share.of) * 100;
  const count = format.number(share.count);
  const of = format.number(share.of);
  return (
    <div className={classes.share}>
      <span className={classes.track} aria-hidden><span className={classes.bar} style={{ width: `${percent}%` }} /></span>
      <span className={classes.text}>{share.of === 0 ? "–" : <Link to="/c/$campaign/people/contacts" params={{ campaign: campaign.id }} search={searchOf(share.query ?? "")} style={{ color: "inherit" }}><Trans>{format.percent(share)} ({count} of {of})</Trans></Link>}</span>
    </div>
  );
}
