import { Plural, Trans } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { Link } from "../ui/Link";

/** Finished says that nobody is left to look up, and leads on. */
export function Finished() {
  const { id, contacts } = useCampaign();
  const found = contacts.filter((c) => c.match_status === "CONFIRMED").length;
  return (
    <section className="card">
      <p role="status"><Plural value={found} _0="Nobody is left to look up." one="Nobody is left to look up. # of your people is in the voter file." other="Nobody is left to look up. # of your people are in the voter file." /></p>
      <div className="actions even">
        <Link className="button primary" to={{ screen: "next", campaign: id }}><Trans>Who next?</Trans></Link>
        <Link className="button" to={{ screen: "add", campaign: id }}><Trans>Add more people</Trans></Link>
      </div>
    </section>
  );
}

/** RefusedNotice says that people were not added, and leads to the reasons. */
export function RefusedNotice() {
  const { id, pending } = useCampaign();
  const count = pending.refused.reduce((sum, { write }) => sum + (write.kind === "add" ? write.people.length : 0), 0);
  if (count === 0) return null;
  return (
    <p role="status" className="problem">
      <Plural value={count} one="# person was not added." other="# people were not added." /> <Link to={{ screen: "add", campaign: id }}><Trans>See why</Trans></Link>
    </p>
  );
}
