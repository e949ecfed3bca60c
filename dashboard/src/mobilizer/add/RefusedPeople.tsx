import { Plural, Trans } from "@lingui/react/macro";
import { useId, useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { AddWrite, NewPerson } from "../data/writes";
import type { PendingWrite } from "../outbox/pending";
import { useRefusalText } from "../outbox/refusals";
import { namesOf } from "../people/names";
import { canBeAdded, toNewPerson, type DraftPerson } from "./draft";
import { ReviewList } from "./ReviewList";
import { emptyRow } from "./row";

type RefusedAdd = PendingWrite & { write: AddWrite };

const isAdd = (pending: PendingWrite): pending is RefusedAdd => pending.write.kind === "add";

/** RefusedPeople shows the people whom the API did not add, each with the reason, to be corrected and added again. */
export function RefusedPeople() {
  const { pending } = useCampaign();
  return pending.refused.filter(isAdd).map((add) => <RefusedAddForm key={add.number} add={add} />);
}

const toDraftPerson = ({ address_book_entry_id, ...person }: NewPerson, id: string): DraftPerson =>
  ({ ...emptyRow, ...person, id, ticked: true, entry: address_book_entry_id });

function RefusedAddForm({ add }: { add: RefusedAdd }) {
  const { outbox, contacts } = useCampaign();
  const refusalText = useRefusalText();
  const heading = useId();
  const [people, setPeople] = useState(() => add.write.people.map((person, n) => toDraftPerson(person, add.write.locals[n]!)));
  const reasons = new Map(add.write.locals.map((id, n) => [id, refusalText(add.rows?.[n] ?? add.refusal)]));
  const chosen = people.filter(canBeAdded);
  const change = (next: DraftPerson[]) => (next.length === 0 ? void outbox.discard(add.number) : setPeople(next));
  const again = () =>
    void outbox.resubmit(add.number, { kind: "add", people: chosen.map(toNewPerson), locals: chosen.map((p) => p.id) }, { about: namesOf(chosen) });
  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}><Trans>Not added yet</Trans></h2>
      <ReviewList people={people} present={contacts} reasons={reasons} onChange={change} />
      <button type="button" className="primary" disabled={chosen.length === 0} onClick={again}>
        <Plural value={chosen.length} _0="Tick somebody to add" one="Add # person again" other="Add # people again" />
      </button>
    </section>
  );
}
