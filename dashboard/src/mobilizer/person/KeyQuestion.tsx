import { Trans } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { useSave } from "../data/useSave";
import type { ContactWrite } from "../data/writes";
import { fullName } from "../people/names";
import { Choices } from "../ui/Choices";

interface KeyQuestionProps {
  contact: Contact;
  /** Called after an answer is stored. */
  onSaved?: () => void;
  onUndo?: () => void;
}

/** KeyQuestion asks for the contact's answer to the Key Question. Another answer replaces it. */
export function KeyQuestion({ contact, onSaved, onUndo }: KeyQuestionProps) {
  const { campaign, editable } = useCampaign();
  const save = useSave();
  const { key_question: question } = campaign;
  const current = contact.key_question_response;
  const clear: ContactWrite = { kind: "clearAnswer", contact: contact.id };
  const answer = (response: string): ContactWrite => ({ kind: "answer", contact: contact.id, response });
  const restore = current && !current.retired ? answer(current.id) : clear;
  const store = async (write: ContactWrite) => {
    await save(fullName(contact), write, { opposite: restore, onUndo });
    onSaved?.();
  };
  return (
    <>
      <Choices
        legend={question.text} value={current?.id} disabled={!editable} choices={question.responses.filter((r) => !r.retired || r.id === current?.id)}
        onSave={(id) => void (id !== current?.id && store(answer(id)))}
      />
      {current && editable && !onSaved && <button type="button" className="quiet" onClick={() => void store(clear)}><Trans>Clear the answer</Trans></button>}
    </>
  );
}
