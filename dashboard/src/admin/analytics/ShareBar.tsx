import { Trans } from "@lingui/react/macro";
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useFormat, type Fraction } from "../../ui/format";
import { useCampaign } from "../shell/CampaignContext";
import classes from "./ShareBar.module.css";

/** ListedShare is a share with the query of the list of its contacts, where a list has them. */
export type ListedShare = Fraction & { query?: string };

/** ShareBar draws a share as a bar, with the share and its counts beside it, which lead to the counted contacts where a list has them. */
export function ShareBar({ share }: { share: ListedShare }) {
  const { campaign } = useCampaign();
  const format = useFormat();
  const percent = share.of === 0 ? 0 : (share.count / share.of) * 100;
  const count = format.number(share.count);
  const of = format.number(share.of);
  const text = <Trans>{format.percent(share)} ({count} of {of})</Trans>;
  return (
    <div className={classes.share}>
      <span className={classes.track} aria-hidden><span className={classes.bar} style={{ width: `${percent}%` }} /></span>
      <span className={classes.text}>{share.of === 0 ? "–" : share.query === undefined ? text : <Anchor component={Link} to={`/c/${campaign.id}/people/contacts?${share.query}`}>{text}</Anchor>}</span>
    </div>
  );
}
