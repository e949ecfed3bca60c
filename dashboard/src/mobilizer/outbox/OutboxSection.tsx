import { Trans, useLingui } from "@lingui/react/macro";
import { Parts } from "../../ui/Parts";
import { useCampaign } from "../CampaignContext";
import { kindMessages } from "./kinds";
import { NeedsYou } from "./NeedsYou";
import type { PendingWrite } from "./pending";

const listed = 20;

/** OutboxSection shows what waits to be sent and what needs the person: refused writes, and those older than 30 days. */
export function OutboxSection() {
  const { pending, outbox } = useCampaign();
  const { waiting, refused, old } = pending;
  if (waiting.length + refused.length + old.length === 0) return null;
  return (
    <section className="card" aria-labelledby="outbox">
      <h2 id="outbox"><Trans>To be sent</Trans></h2>
      {refused.map((write) => <NeedsYou key={write.number} pending={write} />)}
      {old.length > 0 && (
        <>
          <h3><Trans>Older than 30 days</Trans></h3>
          <p><Trans>Kith can no longer tell whether these were sent before. If you send them, they may count twice.</Trans></p>
          <WriteList writes={old} />
          <div className="actions even">
            <button type="button" onClick={() => void outbox.confirmOld()}><Trans>Send them</Trans></button>
            <button type="button" className="quiet danger" onClick={() => void outbox.discardOld()}><Trans>Discard them</Trans></button>
          </div>
        </>
      )}
      {waiting.length > 0 && (
        <>
          <h3><Trans>Waiting to be sent ({waiting.length})</Trans></h3>
          <WriteList writes={waiting} />
          <p className="muted"><Trans>They are sent when you are online and signed in and the app is open. They count on the day when they arrive.</Trans></p>
        </>
      )}
    </section>
  );
}

function WriteList({ writes }: { writes: PendingWrite[] }) {
  const { i18n } = useLingui();
  const more = writes.length - listed;
  return (
    <ul>
      {writes.slice(0, listed).map(({ number, about, write }) => <li key={number}><Parts of={[about, i18n._(kindMessages[write.kind])]} /></li>)}
      {more > 0 && <li><Trans>{more} more</Trans></li>}
    </ul>
  );
}
