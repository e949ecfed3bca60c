import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Stack, Text } from "@mantine/core";
import { announce } from "../ui/announce";
import { fieldId, fieldProps } from "../ui/fields";
import { useNextFocus } from "../ui/focus";
import { Icon } from "../ui/icons";
import { ChoiceHead, ChoiceRow } from "./ChoiceRow";
import { moveElement, newChoice, type Choice } from "./choices";

interface ChoicesFieldProps {
  /** form and field are the names by which the API's messages find their inputs: field[0].text. */
  form: string;
  field: "responses" | "options";
  error: Error | null;
  legend: string;
  description: string;
  valueLabel: string;
  most: number;
  choices: Choice[];
  onChange: (choices: Choice[]) => void;
}

/** ChoicesField edits responses or options: their text, value and order. Used ones are retired instead of deleted. */
export function ChoicesField({ form, field, error, legend, description, valueLabel, most, choices, onChange }: ChoicesFieldProps) {
  const { t } = useLingui();
  const focusNext = useNextFocus(); // moving and deleting a row can take the focus from the button that was pressed
  const group = fieldProps(form, field, error);

  const move = (from: number, to: number, pressed: "up" | "down") => {
    const button = to === 0 ? "down" : to === choices.length - 1 ? "up" : pressed; // the other one is disabled
    focusNext(`${button}-${choices[from]!.key}`);
    onChange(moveElement(choices, from, to));
    announce(t`Moved to position ${to + 1} of ${choices.length}`);
  };
  const remove = (at: number) => {
    focusNext(choices.length > 1 ? fieldId(form, `${field}[${Math.min(at, choices.length - 2)}].text`) : group.id);
    onChange(choices.filter((_, n) => n !== at));
  };
  const add = () => {
    const values = choices.map((c) => Number(c.value)).filter(Number.isInteger);
    const choice = newChoice(field === "responses" ? String(Math.max(0, ...values) + 1) : "");
    focusNext(fieldId(form, `${field}[${choices.length}].text`));
    onChange([...choices, choice]);
  };
  return (
    <Stack component="fieldset" gap="xs" p={0} m={0} bd={0} id={group.id} tabIndex={-1}>
      <Text component="legend" fw={600} size="sm" p={0}>{legend}</Text>
      <Text size="xs" c="dimmed">{description}</Text>
      {group.error && <Text size="sm" c="var(--mantine-color-error)">{group.error}</Text>}
      {choices.length > 0 && <ChoiceHead valueLabel={valueLabel} />}
      {choices.map((choice, n) => (
        <ChoiceRow
          key={choice.key} choice={choice} position={n} last={n === choices.length - 1} valueLabel={valueLabel}
          text={fieldProps(form, `${field}[${n}].text`, error)} value={fieldProps(form, `${field}[${n}].value`, error)}
          onChange={(values) => onChange(choices.map((c) => (c.key === choice.key ? { ...c, ...values } : c)))}
          onDelete={() => remove(n)}
          onMove={(to, button) => move(n, to, button)}
        />
      ))}
      <Button variant="default" size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add} disabled={choices.length >= most} style={{ alignSelf: "flex-start" }}>
        {field === "responses" ? <Trans>Add a response</Trans> : <Trans>Add an option</Trans>}
      </Button>
    </Stack>
  );
}
