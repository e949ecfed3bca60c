import { Plural, Trans } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../ui/format";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { useSave } from "../data/useSave";
import type { ContactWrite } from "../data/writes";
import { fullName } from "../people/names";

interface HistoryProps {
  contact: Contact;
  answers: Schemas["KeyQuestionAnswer"][];
}

/** History lists the earlier answers to the Key Question, newest first. The last one can be undone for as long as it is the last. */
export function History({ contact, answers }: HistoryProps) {
  const { campaign, editable } = useCampaign();
  const { date } = useFormat(campaign.time_zone);
  const save = useSave();
  if (answers.length === 0) return null;
  const previous = campaign.key_question.responses.find((r) => r.id === answers[1]?.response?.id && !r.retired);
  const undo: ContactWrite = previous ? { kind: "answer", contact: contact.id, response: previous.id } : { kind: "clearAnswer", contact: contact.id };
  return (
    <details>
      <summary><Plural value={answers.length} one="# answer so far" other="# answers so far" /></summary>
      <ol className="plain-list">
        {answers.map((a) => (
          <li key={a.id} className="fact"><span>{a.response?.text ?? a.response_text ?? <Trans>Cleared</Trans>}</span><span className="muted">{date(a.answered_at)}</span></li>
        ))}
      </ol>
      {editable && <button type="button" className="quiet" onClick={() => void save(fullName(contact), undo)}><Trans>Undo the last answer</Trans></button>}
    </details>
  );
}
