import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useCampaign } from "../CampaignContext";
import { useFormat } from "../../ui/format";
import { callName } from "../people/names";
import { Link } from "../ui/Link";
import { type Candidates, self } from "./candidates";
import type { Matchable } from "./people";

interface RegisterQuestionProps {
  person: Matchable;
  /** Whether no voter was found, and not that the person chose none. */
  notFound: boolean;
  questions: Candidates["questions"];
  onAnswer: (status: Schemas["MatchRequest"]["status"]) => void;
  onLater: () => void;
  onBack?: () => void;
}

/** RegisterQuestion asks whether a person who is no voter of the file can register. */
export function RegisterQuestion({ person, notFound, questions, onAnswer, onLater, onBack }: RegisterQuestionProps) {
  const { t } = useLingui();
  const { list } = useFormat();
  const { id } = useCampaign();
  const name = callName(person);
  const isSelf = person.id === self;
  const names: Partial<Record<(typeof questions)[number], string>> = { first_name: t`a first name`, last_name: t`a last name`, state: t`a state` };
  const missing = questions.flatMap((question) => names[question] ?? []);
  const needsMore = missing.length > 0;
  return (
    <>
      {notFound && needsMore && (
        <p>
          {isSelf ? <Trans>To look you up, Kith needs {list(missing)}.</Trans> : <Trans>To look {name} up, Kith needs {list(missing)}.</Trans>}{" "}
          <Link to={isSelf ? { screen: "me", campaign: id } : { screen: "person", campaign: id, contact: person.id }}><Trans>Add it</Trans></Link>
        </p>
      )}
      {notFound && !needsMore && <p><Trans>There is no voter like that in the voter file.</Trans></p>}
      <fieldset>
        <legend>{isSelf ? <Trans>Can you register to vote?</Trans> : <Trans>Can {name} register to vote?</Trans>}</legend>
        <div className="actions even">
          <button type="button" onClick={() => onAnswer("REG_ELIGIBLE")}><Trans>Yes</Trans></button>
          <button type="button" onClick={() => onAnswer("REG_INELIGIBLE")}><Trans>No</Trans></button>
          <button type="button" onClick={() => onAnswer("REG_UNCERTAIN")}><Trans>Not sure</Trans></button>
          <button type="button" onClick={() => onAnswer("NO_MATCHES")}><Trans>I don't know</Trans></button>
        </div>
      </fieldset>
      <div className="actions even">
        {onBack && <button type="button" className="quiet" onClick={onBack}><Trans>Back</Trans></button>}
        <button type="button" className="quiet" onClick={onLater}><Trans>Later</Trans></button>
      </div>
    </>
  );
}
