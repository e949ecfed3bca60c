import { Trans, useLingui } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { useSave } from "../data/useSave";
import { callName, fullName } from "../people/names";
import { MatchText } from "../person/MatchLine";
import { Link } from "../ui/Link";
import { self } from "./candidates";
import { type Matchable, resetWrite } from "./people";

/** Matched shows a person's match and resets it. */
export function Matched({ person }: { person: Matchable }) {
  const { t } = useLingui();
  const { id } = useCampaign();
  const save = useSave();
  const name = callName(person);
  return (
    <section className="card">
      <h2>{fullName(person)}</h2>
      <p><MatchText status={person.match_status} /></p>
      <div className="actions">
        <Link className="button primary" to={person.id === self ? { screen: "me", campaign: id } : { screen: "person", campaign: id, contact: person.id }}><Trans>Done</Trans></Link>
        <button type="button" onClick={() => void save(fullName(person), resetWrite(person.id), { message: t`The match of ${name} is reset.` })}><Trans>Reset and look up again</Trans></button>
      </div>
    </section>
  );
}
