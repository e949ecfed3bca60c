import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Contact } from "../data/campaign";
import { useSave } from "../data/useSave";
import { fullName } from "../people/names";
import { PersonFields, personFields, type PersonValues } from "../ui/PersonFields";
import { usePlaceQuestion } from "../ui/PlaceQuestion";

const names = [...personFields, "phone", "email"] as const;

/** EditForm changes a contact's names, place, phone and email. */
export function EditForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const { t } = useLingui();
  const save = useSave();
  const present = Object.fromEntries(names.map((name) => [name, contact[name] ?? ""])) as PersonValues;
  const [values, setValues] = useState(present);
  const place = usePlaceQuestion(values);
  const changed = names.filter((name) => values[name] !== present[name]);
  const nameless = !values.first_name?.trim() && !values.last_name?.trim();
  const moved = changed.includes("state") || changed.includes("zip");
  const write = (from: PersonValues, confirmed = {}) =>
    ({ kind: "edit", contact: contact.id, changes: { ...Object.fromEntries(changed.map((name) => [name, from[name]])), ...confirmed } }) as const;
  const store = async () => {
    if (moved && place.mustAsk()) return;
    if (changed.length > 0) await save(fullName(contact), write(values, moved && place.confirmed), { opposite: write(present, moved && { confirm_place: true }) });
    onDone();
  };
  return (
    <form className="card" onSubmit={(event) => { event.preventDefault(); void store(); }}>
      <PersonFields names={names} values={values} onChange={setValues} />
      <p className="muted"><Trans>Only you see their phone numbers and email addresses. The change applies to your other campaigns of this organization, too.</Trans></p>
      {nameless && <p className="error-text" role="alert">{t`Enter a first or a last name.`}</p>}
      {place.question}
      <div className="actions">
        <button type="submit" className="primary" disabled={nameless}><Trans>Save</Trans></button>
        <button type="button" className="quiet" onClick={onDone}><Trans>Cancel</Trans></button>
      </div>
    </form>
  );
}
