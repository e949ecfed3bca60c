import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import { useSave } from "../data/useSave";
import { fullName } from "../people/names";
import { PersonFields, personFields, type PersonValues } from "../ui/PersonFields";
import { usePlaceQuestion } from "../ui/PlaceQuestion";

const names = [...personFields, "phone"] as const;

/** ProfileSection shows the person's own name, place and phone, and changes them. */
export function ProfileSection() {
  const { campaign, editable } = useCampaign();
  const { membership } = campaign;
  const save = useSave();
  const present = Object.fromEntries(names.map((name) => [name, membership[name] ?? ""])) as PersonValues;
  const [values, setValues] = useState<PersonValues>();
  const place = usePlaceQuestion(values ?? present);
  if (!values) return editable && <button type="button" onClick={() => setValues(present)}><Trans>Change my profile</Trans></button>;
  const changed = names.filter((name) => values[name] !== present[name]);
  const nameless = !values.first_name?.trim() || !values.last_name?.trim();
  const moved = changed.includes("state") || changed.includes("zip");
  const write = (from: PersonValues, confirmed = {}) =>
    ({ kind: "profile", changes: { ...Object.fromEntries(changed.map((name) => [name, from[name]])), ...confirmed } }) as const;
  const store = async () => {
    if (moved && place.mustAsk()) return;
    if (changed.length > 0) await save(fullName(membership), write(values, moved && place.confirmed), { opposite: write(present, moved && { confirm_place: true }) });
    setValues(undefined);
  };
  return (
    <form className="card" onSubmit={(event) => { event.preventDefault(); void store(); }}>
      <h2><Trans>My profile</Trans></h2>
      <PersonFields names={names} values={values} onChange={setValues} />
      {nameless && <p className="error-text" role="alert"><Trans>Enter your first and your last name.</Trans></p>}
      {place.question}
      <div className="actions">
        <button type="submit" className="primary" disabled={nameless}><Trans>Save</Trans></button>
        <button type="button" className="quiet" onClick={() => setValues(undefined)}><Trans>Cancel</Trans></button>
      </div>
    </form>
  );
}
