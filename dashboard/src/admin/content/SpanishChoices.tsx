import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";
import { fieldProps } from "../ui/fields";
import type { Choice } from "./choices";

interface SpanishChoicesProps {
  form: string;
  field: "responses" | "options";
  error: Error | null;
  choices: Choice[];
  onChange: (choices: Choice[]) => void;
}

/** SpanishChoices edits the Spanish texts of responses or options. */
export function SpanishChoices({ form, field, error, choices, onChange }: SpanishChoicesProps) {
  const { t } = useLingui();
  return choices.map((choice, n) => (
    <TextInput
      key={choice.key} {...fieldProps(form, `${field}[${n}].text_es`, error)} lang="es" maw={520} value={choice.text_es}
      label={t`In Spanish: ${choice.text || t`row ${n + 1}`}`}
      onChange={(event) => {
        const text_es = event.currentTarget.value;
        onChange(choices.map((c) => (c.key === choice.key ? { ...c, text_es } : c)));
      }}
    />
  ));
}
