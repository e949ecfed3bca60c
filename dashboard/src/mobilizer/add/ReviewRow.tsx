import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Breakable } from "../../ui/Breakable";
import { Parts } from "../../ui/Parts";
import { fullName } from "../people/names";
import { shownPhone } from "../people/phones";
import { PersonFields, type PersonValues } from "../ui/PersonFields";
import { doubtfulPlace, type DoubtfulPlace } from "../ui/PlaceQuestion";
import type { DraftPerson } from "./draft";
import { withPhones } from "./draft";
import type { Duplicate } from "./duplicates";
import { hasName } from "./row";

const fields = ["first_name", "last_name", "phone", "email", "city", "state", "zip"] as const;

interface ReviewRowProps {
  person: DraftPerson;
  duplicate?: Duplicate;
  /** Why the API refused the person. */
  reason?: string;
  onChange: (person: DraftPerson) => void;
  onRemove: () => void;
}

/** ReviewRow is one person of the list to look over. */
export function ReviewRow({ person, duplicate, reason, onChange, onRemove }: ReviewRowProps) {
  const { t } = useLingui();
  const [editing, setEditing] = useState<PersonValues>();
  const phone = person.typedPhone || shownPhone(person.phone);
  const named = fullName(person);
  const name = named || phone || person.email;
  const place = [person.city, person.state, person.zip].filter(Boolean).join(" ");
  const details = [shownPhone(person.phone), person.email, place].filter((detail) => detail && detail !== name);
  const nameless = !hasName(person) && !person.entry;
  const doubt = doubtfulPlace(person);
  const save = async () => {
    const changed = { ...person, ...editing, phone: editing?.phone ?? person.phone, ticked: true };
    onChange((await withPhones([{ ...changed, typedPhone: undefined, phoneProblem: undefined }]))[0]!);
    setEditing(undefined);
  };
  return (
    <li className="review-row">
      <div className="review-head">
        <label className="check">
          <input type="checkbox" checked={person.ticked && !nameless} disabled={nameless} onChange={() => onChange({ ...person, ticked: !person.ticked })} />
          <span className="row-name"><Breakable>{name}</Breakable>{details.length > 0 && <small><Parts of={details} /></small>}</span>
        </label>
        {!person.entry && !editing && (
          <button type="button" className="quiet" aria-label={t`Edit ${name}`} onClick={() => setEditing(Object.fromEntries(fields.map((f) => [f, f === "phone" ? person.typedPhone ?? person.phone : person[f]])))}><Trans>Edit</Trans></button>
        )}
      </div>
      {reason && <p className="error-text">{reason}</p>}
      {nameless && <p className="error-text"><Trans>Needs a name.</Trans></p>}
      {duplicate && <p><span className="tag warn"><DuplicateText duplicate={duplicate} /></span></p>}
      {person.phoneProblem === "invalid" && <p className="muted"><Trans>“{person.typedPhone}” is not a full phone number. The person is added without it.</Trans></p>}
      {person.phoneProblem === "extension" && <p className="muted"><Trans>The extension of “{person.typedPhone}” is left out.</Trans></p>}
      {doubt && <PlaceNote {...doubt} />}
      {editing && (
        <form onSubmit={(event) => { event.preventDefault(); void save(); }}>
          <PersonFields names={fields} values={editing} onChange={setEditing} />
          <div className="actions">
            <button type="submit" className="primary"><Trans>Done</Trans></button>
            <button type="button" className="quiet danger" onClick={onRemove}><Trans>Take off the list</Trans></button>
          </div>
        </form>
      )}
    </li>
  );
}

function PlaceNote({ zip, expected, state }: DoubtfulPlace) {
  return <p className="muted"><Trans>The zip code {zip} is in {expected}, not in {state}. Both are kept: edit the person if one of them is wrong.</Trans></p>;
}

function DuplicateText({ duplicate }: { duplicate: Duplicate }) {
  switch (duplicate) {
    case "name": return <Trans>Probably on your list already: same name</Trans>;
    case "phone": return <Trans>Probably on your list already: same phone number</Trans>;
    case "email": return <Trans>Probably on your list already: same email address</Trans>;
  }
}
