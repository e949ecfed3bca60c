import { Plural, Trans } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { Link } from "../ui/Link";
import type { Today } from "./today";

interface DoneForTodayProps {
  today: Today;
  /** Absent when nobody is left. */
  onGoOn?: () => void;
}

/** DoneForToday says what the person did today. Going on is possible. */
export function DoneForToday({ today, onGoOn }: DoneForTodayProps) {
  const { id, campaign, contacts } = useCampaign();
  const talkedTo = contacts.filter((c) => today.done.includes(c.id));
  const results = campaign.key_question.responses
    .map((r) => ({ ...r, count: talkedTo.filter((c) => c.key_question_response?.id === r.id).length }))
    .filter((r) => r.count > 0);
  return (
    <section className="card">
      <h2 tabIndex={-1} ref={(heading) => heading?.focus()}><Trans>Done for today. Thank you!</Trans></h2>
      <p><Plural value={today.done.length} one="You talked to # person." other="You talked to # people." /></p>
      <ul>{results.map((r) => <li key={r.id}>{r.text}: {r.count}</li>)}</ul>
      <p className="actions even">
        {onGoOn && <button type="button" onClick={onGoOn}><Trans>Go on</Trans></button>}
        <Link className="button" to={{ screen: "people", campaign: id }}><Trans>All my people</Trans></Link>
      </p>
    </section>
  );
}
