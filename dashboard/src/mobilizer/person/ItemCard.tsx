import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { ExternalLink, Markdown } from "../../ui/Markdown";
import { useCampaign } from "../CampaignContext";
import type { ActionItem, Contact } from "../data/campaign";
import { useSave } from "../data/useSave";
import type { ActionAnswer, ContactWrite } from "../data/writes";
import { fullName } from "../people/names";
import { Choices } from "../ui/Choices";
import { MessageButton } from "./MessageButton";

interface ItemCardProps {
  item: ActionItem;
  contact: Contact;
  response?: Schemas["ActionResponse"];
  /** Whether the response can't be changed, because it is not known here. */
  locked?: boolean;
  /** Called after a response is stored. */
  onSaved?: () => void;
  onUndo?: () => void;
}

/** ItemCard shows an action item and asks for the response about a contact. */
export function ItemCard({ item, contact, response, locked, onSaved, onUndo }: ItemCardProps) {
  const { editable } = useCampaign();
  const save = useSave();
  const withdraw: ContactWrite = { kind: "withdraw", contact: contact.id, item: item.id };
  const respond = (answer: ActionAnswer): ContactWrite => ({ kind: "respond", contact: contact.id, item: item.id, response: answer });
  const opposite = response ? respond({ completed: response.completed, text: response.text, option_id: response.option_id }) : withdraw;
  const store = async (write: ContactWrite) => {
    await save(fullName(contact), write, { opposite, onUndo });
    onSaved?.();
  };
  const disabled = !editable || item.archived || locked === true;
  return (
    <section className="card" aria-label={item.title}>
      <h3>{item.title}</h3>
      {item.description && <Markdown text={item.description} />}
      {item.links.map((link) => <p key={link.url}><ExternalLink address={link.url}>{link.label || link.url}</ExternalLink></p>)}
      {item.type === "TASK" && !disabled && <MessageButton contact={contact} item={item} onSent={() => void store(respond({ completed: true }))} />}
      <ResponseFields item={item} response={response} disabled={disabled} onRespond={(answer) => void store(respond(answer))} />
      {response && editable && !onSaved && <button type="button" className="quiet" onClick={() => void store(withdraw)}><Trans>Withdraw the response</Trans></button>}
    </section>
  );
}

interface ResponseFieldsProps {
  item: ActionItem;
  response?: Schemas["ActionResponse"];
  disabled: boolean;
  onRespond: (answer: ActionAnswer) => void;
}

function ResponseFields({ item, response, disabled, onRespond }: ResponseFieldsProps) {
  const { t } = useLingui();
  const [text, setText] = useState(response?.text ?? "");
  if (item.type === "QUESTION_MULTIPLE_CHOICE") {
    const choices = item.options.filter((o) => !o.retired || o.id === response?.option_id);
    return <Choices legend={t`Answer`} legendHidden choices={choices} value={response?.option_id} disabled={disabled} onSave={(id) => onRespond({ option_id: id })} />;
  }
  if (item.type === "QUESTION_FREE_RESPONSE") {
    return (
      <form onSubmit={(event) => { event.preventDefault(); onRespond({ text }); }}>
        <label><Trans>Answer</Trans><textarea value={text} onChange={(e) => setText(e.target.value)} disabled={disabled} maxLength={4000} /></label>
        <button type="submit" disabled={disabled || text.trim() === "" || text === response?.text}><Trans>Save</Trans></button>
      </form>
    );
  }
  return (
    <div className="actions even">
      <button type="button" disabled={disabled} aria-pressed={response?.completed === true} onClick={() => onRespond({ completed: true })}><Trans>I did it</Trans></button>
      <button type="button" disabled={disabled} aria-pressed={response?.completed === false} onClick={() => onRespond({ completed: false })}><Trans>Not this time</Trans></button>
    </div>
  );
}
