import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { useSave } from "../data/useSave";
import { fullName } from "../people/names";

const limit = 1000;

/** VotePlan shows when, where and how the contact will vote, and asks for it with three prompts. */
export function VotePlan({ contact }: { contact: Contact }) {
  const { editable } = useCampaign();
  const [editing, setEditing] = useState(false);
  const plan = contact.vote_plan;
  return (
    <section>
      <h2><Trans>Vote plan</Trans></h2>
      {!editing && plan && <p className="kept-lines">{plan}</p>}
      {!editing && !plan && <p className="muted"><Trans>No plan yet. People with a plan vote more often.</Trans></p>}
      {!editing && editable && <button type="button" onClick={() => setEditing(true)}>{plan ? <Trans>Change the plan</Trans> : <Trans>Make a plan</Trans>}</button>}
      {editing && <VotePlanForm contact={contact} onDone={() => setEditing(false)} />}
    </section>
  );
}

function VotePlanForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const { t } = useLingui();
  const save = useSave();
  const [parts, setParts] = useState({ when: "", where: "", how: "" });
  const [text, setText] = useState(contact.vote_plan);
  const composed = [parts.when && t`When: ${parts.when}`, parts.where && t`Where: ${parts.where}`, parts.how && t`How: ${parts.how}`].filter(Boolean).join("\n");
  const value = text ?? composed;
  const write = (plan: string) => ({ kind: "votePlan", contact: contact.id, text: plan }) as const;
  const store = async () => {
    await save(fullName(contact), write(value.trim()), { opposite: write(contact.vote_plan ?? "") });
    onDone();
  };
  const prompts = { when: t`When will they vote?`, where: t`Where?`, how: t`How do they get there?` };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void store(); }}>
      {text === undefined && (Object.keys(prompts) as (keyof typeof prompts)[]).map((part) => (
        <label key={part}>{prompts[part]}<input value={parts[part]} maxLength={300} onChange={(e) => setParts({ ...parts, [part]: e.target.value })} /></label>
      ))}
      {text !== undefined && <label><Trans>Plan</Trans><textarea rows={4} value={text} maxLength={limit} onChange={(e) => setText(e.target.value)} /></label>}
      <p className="muted"><Trans>The organizers can read vote plans.</Trans></p>
      <div className="actions">
        <button type="submit" className="primary" disabled={value.trim() === (contact.vote_plan ?? "")}><Trans>Save</Trans></button>
        <button type="button" className="quiet" onClick={onDone}><Trans>Cancel</Trans></button>
      </div>
    </form>
  );
}
