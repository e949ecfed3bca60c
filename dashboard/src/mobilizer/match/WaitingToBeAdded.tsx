import { Plural, Trans } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import type { PendingWrite } from "../outbox/pending";
import { Link } from "../ui/Link";
import { useOnline } from "../useOnline";

/** WaitingToBeAdded says that people must be added before they can be looked up. */
export function WaitingToBeAdded({ writes }: { writes: PendingWrite[] }) {
  const { id } = useCampaign();
  const online = useOnline();
  const count = writes.reduce((sum, { write }) => sum + (write.kind === "add" ? write.people.length : 0), 0);
  if (online) return <p role="status"><Plural value={count} one="Adding # person…" other="Adding # people…" /></p>;
  return (
    <>
      <p role="status"><Plural value={count} one="# person waits to be sent." other="# people wait to be sent." /> <Trans>You can look them up when you are online again. You can talk to them now.</Trans></p>
      <Link className="button primary" to={{ screen: "next", campaign: id }}><Trans>Who next?</Trans></Link>
    </>
  );
}
