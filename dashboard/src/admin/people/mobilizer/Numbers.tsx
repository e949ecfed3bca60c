import { useLingui } from "@lingui/react/macro";
import { useFormat, type Fraction } from "../../../ui/format";
import type { Mobilizer } from "../queries";
import classes from "./Numbers.module.css";

/** Numbers shows what a mobilizer has done. */
export function Numbers({ mobilizer }: { mobilizer: Mobilizer }) {
  const { t } = useLingui();
  const format = useFormat();
  const share = (fraction: Fraction) => [format.percent(fraction), t`${format.number(fraction.count)} of ${format.number(fraction.of)}`] as const;
  const numbers: [string, string, string?][] = [
    [t`Total contacts`, format.number(mobilizer.total_contacts)],
    [t`Matched`, ...share(mobilizer.matched_contacts)],
    [t`With 1+ touchpoint`, ...share(mobilizer.contacts_with_relational_touchpoints)],
    [t`With a response`, ...share(mobilizer.contacts_with_key_question_response)],
    [t`Touchpoints`, format.number(mobilizer.relational_touchpoints)],
    [t`Action responses`, format.number(mobilizer.total_action_responses)],
  ];
  return (
    <dl className={classes.numbers}>
      {numbers.map(([name, value, counts]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}{counts && <span className={classes.counts}>{counts}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
