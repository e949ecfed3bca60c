import { Plural, Trans } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../ui/format";
import { useCampaign } from "../CampaignContext";

/** History lists the earlier answers to the Key Question, newest first. */
export function History({ answers }: { answers: Schemas["KeyQuestionAnswer"][] }) {
  const { campaign } = useCampaign();
  const { date } = useFormat(campaign.time_zone);
  if (answers.length === 0) return null;
  return (
    <details>
      <summary><Plural value={answers.length} one="# answer so far" other="# answers so far" /></summary>
      <ol className="plain-list">
        {answers.map((a) => (
          <li key={a.id} className="fact"><span>{a.response?.text ?? a.response_text ?? <Trans>Cleared</Trans>}</span><span className="muted">{date(a.answered_at)}</span></li>
        ))}
      </ol>
    </details>
  );
}
