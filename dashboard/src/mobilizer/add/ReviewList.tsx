import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useId, useState } from "react";
import { findDuplicates, type Comparable } from "./duplicates";
import { canBeAdded, type DraftPerson } from "./draft";
import { ReviewRow } from "./ReviewRow";
import { StateField } from "./StateField";

const pageSize = 50;
const searchedFrom = 12;

interface ReviewListProps {
  people: DraftPerson[];
  /** The contacts that the mobilizer has already. */
  present: Comparable[];
  /** Why a person was refused, by id. */
  reasons?: Map<string, string>;
  onChange: (people: DraftPerson[]) => void;
}

const matches = (person: DraftPerson, search: string) =>
  Object.values(person).some((value) => typeof value === "string" && value.toLowerCase().includes(search.trim().toLowerCase()));

/** ReviewList is the list to look over before people are added: who is ticked, what is a likely duplicate, what to correct. */
export function ReviewList({ people, present, reasons, onChange }: ReviewListProps) {
  const { t } = useLingui();
  const heading = useId();
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState(pageSize);
  const duplicates = new Map(findDuplicates(people, present).map((duplicate, n) => [people[n]!.id, duplicate]));
  if (people.length === 0) return null;
  const found = people.filter((person) => search === "" || matches(person, search));
  const ticked = people.filter(canBeAdded).length;
  const replace = (changed: DraftPerson) => onChange(people.map((person) => (person.id === changed.id ? changed : person)));
  const tickFound = () => onChange(people.map((person) => (found.includes(person) && !duplicates.get(person.id) ? { ...person, ticked: true } : person)));
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading}><Trans>Look them over</Trans></h2>
      <p className="muted"><Trans>Only the people that you tick are added.</Trans> <span className="unbroken"><Plural value={ticked} one="# ticked." other="# ticked." /></span></p>
      <StateField people={people} onChange={onChange} />
      {people.length > searchedFrom && <label>{t`Search the list`}<input type="search" value={search} onChange={(e) => setSearch(e.target.value)} /></label>}
      <div className="actions">
        <button type="button" className="quiet" onClick={tickFound}><Trans>Tick all</Trans></button>
        <button type="button" className="quiet" onClick={() => onChange([])}><Trans>Clear the list</Trans></button>
      </div>
      <ul className="plain-list">
        {found.slice(0, shown).map((person) => (
          <ReviewRow
            key={person.id} person={person} duplicate={duplicates.get(person.id)} reason={reasons?.get(person.id)}
            onChange={replace} onRemove={() => onChange(people.filter((other) => other.id !== person.id))}
          />
        ))}
      </ul>
      {found.length > shown && <button type="button" onClick={() => setShown(shown + pageSize)}><Trans>Show more ({found.length - shown})</Trans></button>}
      {found.length === 0 && <p role="status"><Trans>Nobody on the list matches.</Trans></p>}
    </section>
  );
}
