import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import { goTo, pathOf } from "../route";
import { Page } from "../ui/Page";
import { announce } from "../ui/announce";
import { canBeAdded, type DraftPerson, useDraft, withoutDuplicates, withPhones } from "./draft";
import { OneByOne } from "./OneByOne";
import { RefusedPeople } from "./RefusedPeople";
import { ReviewList } from "./ReviewList";
import { Ways } from "./Ways";

/** AddPage adds people one by one, leads to the other ways, and shows the list to look over. */
export function AddPage() {
  const { t } = useLingui();
  const { id, contacts, pending } = useCampaign();
  const { people, change, send } = useDraft();
  const [busy, setBusy] = useState(false);
  const [startedEmpty, setStartedEmpty] = useState<boolean>();
  if (!people) return <Page title={t`Add people`}>{null}</Page>;
  if (startedEmpty === undefined) setStartedEmpty(people.length === 0);

  const add = async (added: DraftPerson[]) => {
    await change([...withoutDuplicates(await withPhones(added), [...contacts, ...people]), ...people]);
    announce({ text: plural(added.length, { one: "# person is on the list", other: "# people are on the list" }) });
  };
  const count = people.filter(canBeAdded).length;
  const finish = async () => {
    setBusy(true);
    await send();
    goTo(pathOf({ screen: "match", campaign: id }));
  };
  return (
    <Page title={t`Add people`}>
      {pending.refused.some(({ write }) => write.kind === "add") && <RefusedPeople />}
      {startedEmpty && people.length === 0 && <Ways onAdd={add} />}
      {startedEmpty && <OneByOne onAdd={(person) => void add([person])} />}
      {people.length > 0 && <ReviewList people={people} onChange={(next) => void change(next)} present={contacts} />}
      {people.length > 0 && (
        <div className="sticky-action">
          <button type="button" className="primary" disabled={count === 0 || busy} onClick={() => void finish()}>
            <Plural value={count} _0="Tick somebody to add" one="Add # person" other="Add # people" />
          </button>
        </div>
      )}
      {!(startedEmpty && people.length === 0) && (
        <details>
          <summary><Trans>Other ways to add</Trans></summary>
          <Ways onAdd={add} />
          {!startedEmpty && <OneByOne onAdd={(person) => void add([person])} />}
        </details>
      )}
    </Page>
  );
}
