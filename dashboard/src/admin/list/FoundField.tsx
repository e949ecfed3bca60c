import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import type { Choice, Filter } from "./filters";

interface FoundFieldProps {
  filter: Filter;
  find: (text: string) => Promise<Choice[]>;
  value: string;
  error?: string;
  onSet: (value: string) => void;
}

/** FoundField chooses the value of a filter from the choices that a typed text finds. Another text than that of a choice sets nothing. */
export function FoundField({ filter, find, value, error, onSet }: FoundFieldProps) {
  const { t } = useLingui();
  const id = useId();
  const chosen = filter.choices.find((choice) => choice.value === value)?.label ?? "";
  const [text, setText] = useState(chosen);
  useEffect(() => setText(chosen), [chosen]);
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({ queryKey: ["find", filter.name, wanted], queryFn: () => find(wanted), enabled: wanted !== "" && wanted !== chosen }).data ?? [];
  const change = (next: string) => {
    setText(next);
    const choice = found.find(({ label }) => label === next);
    if (choice) onSet(choice.value);
    else if (next === "") onSet("");
  };
  return (
    <>
      <TextInput label={filter.label} error={error} description={t`Type a part of the name, then choose.`} list={id} autoComplete="off" value={text} onChange={(event) => change(event.currentTarget.value)} onBlur={() => setText(chosen)} />
      <datalist id={id}>{found.map((choice) => <option key={choice.value} value={choice.label} />)}</datalist>
    </>
  );
}
