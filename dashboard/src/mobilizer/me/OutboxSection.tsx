import { Trans } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";

/** OutboxSection shows the writes that wait, and those that need the person. */
export function OutboxSection() {
  const { pending } = useCampaign();
  const { waiting, refused, old } = pending;
  if (waiting.length + refused.length + old.length === 0) return null;
  return (
    <section className="card">
      {waiting.length > 0 && <><h2><Trans>Waiting to be sent</Trans></h2><ul>{waiting.map((w) => <li key={w.number}>{w.about}</li>)}</ul></>}
      {refused.length + old.length > 0 && <><h2><Trans>Needs you</Trans></h2><ul>{[...refused, ...old].map((w) => <li key={w.number}>{w.about} {w.refusal?.detail}</li>)}</ul></>}
    </section>
  );
}
