import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Contact } from "../data/campaign";
import { useSave } from "../data/useSave";
import { fullName } from "../people/names";
import { PersonFields, personFields, type PersonValues } from "../ui/PersonFields";

const names = [...personFields, "phone", "email"] as const;

/** EditForm changes a contact's names, place, phone and email. */
export function EditForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const { t } = useLingui();
  const save = useSave();
  const present = Object.fromEntries(names.map((name) => [name, contact[name] ?? ""])) as PersonValues;
  const [values, setValues] = useState(present);
  const changed = names.filter((name) => values[name] !== present[name]);
  const nameless = !values.first_name?.trim() && !values.last_name?.trim();
  const write = (from: PersonValues) => ({ kind: "edit", contact: contact.id, changes: Object.fromEntries(changed.map((name) => [name, from[name]])) }) as const;
  const store = async () => {
    if (changed.length > 0) await save(fullName(contact), write(values), { opposite: write(present) });
    onDone();
  };
  return (
    <form className="card" onSubmit={(event) => { event.preventDefault(); void store(); }}>
      <PersonFields names={names} values={values} onChange={setValues} />
      <p className="muted"><Trans>Only you see their phone numbers and email addresses. The change applies to your other campaigns of this organization, too.</Trans></p>
      {nameless && <p className="error-text" role="alert">{t`Enter a first or a last name.`}</p>}
      <div className="actions">
        <button type="submit" className="primary" disabled={nameless}><Trans>Save</Trans></button>
        <button type="button" className="quiet" onClick={onDone}><Trans>Cancel</Trans></button>
      </div>
    </form>
  );
}
