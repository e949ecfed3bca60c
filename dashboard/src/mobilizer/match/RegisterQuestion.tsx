import { Trans } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useCampaign } from "../CampaignContext";
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
  const { id } = useCampaign();
  const name = callName(person);
  const isSelf = person.id === self;
  const needsMore = questions.some((q) => q === "first_name" || q === "last_name" || q === "state");
  return (
    <>
      {notFound && needsMore && (
        <p>
          <Trans>Kith needs a first name, a last name and a state to look somebody up.</Trans>{" "}
          {!isSelf && <Link to={{ screen: "person", campaign: id, contact: person.id }}><Trans>Add what is missing</Trans></Link>}
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
