import { Plural, Trans } from "@lingui/react/macro";
import { states } from "../../ui/states";
import { useCampaign } from "../CampaignContext";
import { canBeAdded, type DraftPerson } from "./draft";

/** StateField sets the state of everybody on the list who has none, because nobody is found in a voter file without one. */
export function StateField({ people, onChange }: { people: DraftPerson[]; onChange: (people: DraftPerson[]) => void }) {
  const { campaign } = useCampaign();
  const own = campaign.membership.state;
  const lacks = (person: DraftPerson) => canBeAdded(person) && !person.entry && person.state === "";
  const count = people.filter(lacks).length;
  if (count === 0) return null;
  return (
    <label className="card">
      <Plural value={count} one="# person has no state. Without one they can't be looked up in the voter file." other="# people have no state. Without one they can't be looked up in the voter file." />
      <select value="" onChange={(e) => onChange(people.map((person) => (lacks(person) ? { ...person, state: e.target.value } : person)))}>
        <option value=""><Trans>Choose a state</Trans></option>
        {own && <option value={own}>{states[own]}</option>}
        {Object.entries(states).filter(([code]) => code !== own).map(([code, name]) => <option key={code} value={code}>{name}</option>)}
      </select>
    </label>
  );
}
