import { useLingui } from "@lingui/react/macro";
import { Checkbox, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { FoundField } from "./FoundField";
import { valueLabel, type Filter } from "./filters";
import { useSetSearch } from "./search";

interface FilterFieldProps {
  filter: Filter;
  value: string;
  error?: string;
  /** several shows a checkbox for each choice of a filter that may have several. */
  several?: boolean;
}

/** FilterField writes the value of a filter into the address. */
export function FilterField({ filter, value, error, several }: FilterFieldProps) {
  const { t } = useLingui();
  const setSearch = useSetSearch();
  const set = (next: string) => setSearch({ [filter.name]: next || undefined });
  if (filter.find) return <FoundField filter={filter} find={filter.find} value={value} error={error} onSet={set} />;
  if (filter.input) return <TypedField filter={filter} value={value} error={error} onSet={set} />;
  if (several && filter.multiple) {
    return (
      <Checkbox.Group label={filter.label} error={error} value={value ? value.split(",") : []} onChange={(chosen) => set(chosen.join(","))}>
        <Stack gap="xs" mt={4}>{filter.choices.map((choice) => <Checkbox key={choice.value} value={choice.value} label={choice.label} />)}</Stack>
      </Checkbox.Group>
    );
  }
  const combined = filter.multiple && value.includes(",") ? [{ value, label: valueLabel(filter, value, t`no longer there`) }] : [];
  const choices = [...filter.choices, ...combined];
  return (
    <NativeSelect
      label={filter.label} error={error} maw={several ? undefined : 220} value={choices.some((c) => c.value === value) ? value : ""} data={[{ value: "", label: t`Any` }, ...choices]}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

interface TypedFieldProps {
  filter: Filter;
  value: string;
  error?: string;
  onSet: (value: string) => void;
}

// The value is set when the field is left or on Enter: half a date or zip code would be refused.
function TypedField({ filter, value, error, onSet }: TypedFieldProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const apply = () => text.trim() !== value && onSet(text.trim());
  return (
    <TextInput
      type={filter.input} min={filter.input === "number" ? 0 : undefined} label={filter.label} error={error} value={text}
      onChange={(event) => setText(event.currentTarget.value)} onBlur={apply} onKeyDown={(event) => event.key === "Enter" && apply()}
    />
  );
}
