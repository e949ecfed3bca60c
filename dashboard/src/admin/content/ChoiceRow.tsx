import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { Tag } from "../ui/Tag";
import { Icon } from "../ui/icons";
import { Tooltip } from "../ui/Tooltip";
import classes from "./ChoiceRow.module.css";
import type { Choice } from "./choices";

interface InputProps {
  id: string;
  error?: string;
}

interface ChoiceRowProps {
  choice: Choice;
  position: number;
  last: boolean;
  valueLabel: string;
  text: InputProps;
  value: InputProps;
  onChange: (values: Partial<Choice>) => void;
  onDelete: () => void;
  onMove: (to: number, button: "up" | "down") => void;
}

/** ChoiceHead is the line above the rows. Screen readers get the names of its columns with each field. */
export const ChoiceHead = ({ valueLabel }: { valueLabel: string }) => <div className={classes.head} aria-hidden><span><Trans>Text</Trans></span><span>{valueLabel}</span><span className={classes.buttons} /></div>;

export function ChoiceRow({ choice, position, last, valueLabel, text, value, onChange, onDelete, onMove }: ChoiceRowProps) {
  const { t } = useLingui();
  const name = choice.text || t`row ${position + 1}`;
  return (
    <div className={classes.row} data-retired={choice.retired || undefined}>
      <TextInput {...text} className={classes.text} aria-label={t`Text of row ${position + 1}`} value={choice.text} onChange={(event) => onChange({ text: event.currentTarget.value })} rightSectionWidth={80} rightSection={choice.retired && <Tag><Trans>Retired</Trans></Tag>} />
      <TextInput {...value} className={classes.value} aria-label={`${valueLabel}: ${name}`} placeholder={valueLabel} value={choice.value} onChange={(event) => onChange({ value: event.currentTarget.value })} />
      <div className={classes.buttons}>
        <Tooltip label={t`Move up`}><ActionIcon id={`up-${choice.key}`} variant="default" size="lg" aria-label={t`Move up: ${name}`} disabled={position === 0} onClick={() => onMove(position - 1, "up")}><Icon name="up" size={16} /></ActionIcon></Tooltip>
        <Tooltip label={t`Move down`}><ActionIcon id={`down-${choice.key}`} variant="default" size="lg" aria-label={t`Move down: ${name}`} disabled={last} onClick={() => onMove(position + 1, "down")}><Icon name="down" size={16} /></ActionIcon></Tooltip>
        {choice.used && !choice.retired && <Button variant="subtle" size="xs" onClick={() => onChange({ retired: true })} aria-label={t`Retire: ${name}`}><Trans>Retire</Trans></Button>}
        {choice.used && choice.retired && <Button variant="subtle" size="xs" onClick={() => onChange({ retired: false })} aria-label={t`Offer again: ${name}`}><Trans>Offer again</Trans></Button>}
        {!choice.used && <Button variant="subtle" size="xs" color="red" onClick={onDelete} aria-label={t`Delete: ${name}`}><Trans>Delete</Trans></Button>}
      </div>
    </div>
  );
}
