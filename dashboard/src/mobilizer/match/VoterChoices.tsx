import { Trans, useLingui } from "@lingui/react/macro";
import { Parts } from "../../ui/Parts";
import type { Candidate } from "./candidates";
import { reasonMessages } from "./reasons";

interface VoterChoicesProps {
  legend: string;
  voters: Candidate[];
  chosen?: string;
  onChoose: (candidate: string) => void;
}

/** VoterChoices asks which of a few voters a person is. */
export function VoterChoices({ legend, voters, chosen, onChoose }: VoterChoicesProps) {
  return (
    <fieldset>
      <legend className="visually-hidden">{legend}</legend>
      {voters.map((voter) => (
        <label key={voter.candidate} className="choice">
          <input type="radio" name="voter" checked={chosen === voter.candidate} onChange={() => onChoose(voter.candidate)} />
          <VoterText voter={voter} />
        </label>
      ))}
    </fieldset>
  );
}

/** properCase returns a name that the voter file has in capitals as people write it. */
const properCase = (name: string) =>
  name === name.toUpperCase() ? name.toLowerCase().replace(/(?<![\p{L}\p{M}])\p{L}/gu, (letter) => letter.toUpperCase()) : name;

function VoterText({ voter }: { voter: Candidate }) {
  const { i18n } = useLingui();
  const name = [voter.first_name, voter.middle_initial && voter.middle_initial + ".", voter.last_name].filter(Boolean).join(" ");
  const place = [properCase(voter.city ?? ""), voter.state, voter.zip].filter(Boolean).join(" ");
  const years = voter.age?.replace("-", "–");
  return (
    <span className="voter">
      <span className="row-name">{properCase(name)} {voter.suffix}</span>
      <small><Parts of={[place, properCase(voter.street ?? ""), years && <Trans>aged {years}</Trans>]} /></small>
      <small>{voter.reasons.map(({ code }) => i18n._(reasonMessages[code])).join(", ")}</small>
      {voter.inactive && <small><Trans>The state lists them as inactive.</Trans></small>}
    </span>
  );
}
