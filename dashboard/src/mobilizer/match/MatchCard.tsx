import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { Parts } from "../../ui/Parts";
import { useSave } from "../data/useSave";
import { callName, fullName } from "../people/names";
import { type Candidates, self } from "./candidates";
import { type Matchable, matchWrite, resetWrite } from "./people";
import { RegisterQuestion } from "./RegisterQuestion";
import { SearchDetail } from "./SearchDetail";
import { VoterChoices } from "./VoterChoices";

interface MatchCardProps {
  person: Matchable;
  found: Candidates;
  /** Whether the name takes the focus: not of the first card, whose page has it. */
  focus: boolean;
  onDone: (later: boolean) => void;
  onUndo: () => void;
}

/** MatchCard asks whether a person is one of up to three voters, and if not, whether they can register. */
export function MatchCard({ person, found, focus, onDone, onUndo }: MatchCardProps) {
  const { t } = useLingui();
  const save = useSave();
  const heading = useRef<HTMLHeadingElement>(null);
  const [again, setAgain] = useState<Candidates>();
  const [none, setNone] = useState(false);
  const candidates = again ?? found;
  const [chosen, setChosen] = useState(() => strongOf(found));
  const isSelf = person.id === self;
  const name = callName(person);
  useEffect(() => {
    if (focus || none) heading.current?.focus();
  }, [focus, none]);

  const store = async (match: Schemas["MatchRequest"], message: string) => {
    onDone(false);
    await save(fullName(person), matchWrite(person.id, match), { message, opposite: resetWrite(person.id), onUndo });
  };
  const place = [person.city, person.state, person.zip].filter(Boolean).join(" ");
  const asksRegistration = none || candidates.items.length === 0;
  const replace = (next: Candidates) => {
    setAgain(next);
    setChosen(strongOf(next));
    setNone(false);
  };
  return (
    <section className="card">
      <h2 ref={heading} tabIndex={-1}>
        {asksRegistration && fullName(person)}
        {!asksRegistration && (isSelf ? <Trans>Is this you?</Trans> : <Trans>Is this {name}?</Trans>)}
      </h2>
      <p className="muted"><Parts of={[!asksRegistration && fullName(person), place]} /></p>
      {!asksRegistration && (
        <form onSubmit={(event) => { event.preventDefault(); if (chosen) void store({ candidate: chosen }, t`${name}: voter found`); }}>
          <VoterChoices voters={candidates.items} chosen={chosen} onChoose={setChosen} legend={t`Voters who may be ${name}`} />
          <div className="actions even">
            <button type="submit" className="primary" disabled={!chosen}><Trans>Yes</Trans></button>
            <button type="button" onClick={() => setNone(true)}><Plural value={candidates.items.length} one="No" other="None of these" /></button>
            <button type="button" className="quiet" onClick={() => onDone(true)}><Trans>Later</Trans></button>
          </div>
        </form>
      )}
      {asksRegistration && (
        <RegisterQuestion
          person={person} notFound={!none} questions={candidates.questions}
          onAnswer={(status) => void store({ status }, t`${name}: saved`)} onLater={() => onDone(true)} onBack={none ? () => setNone(false) : undefined}
        />
      )}
      {!isSelf && !strongOf(candidates) && candidates.questions.some((q) => q === "birth_year" || q === "street") && <SearchDetail contact={person.id} onFound={replace} />}
    </section>
  );
}

/** strongOf returns the candidate that is preselected: the first, if it is strong. */
const strongOf = ({ items }: Candidates) => (items[0]?.band === "strong" ? items[0].candidate : undefined);
