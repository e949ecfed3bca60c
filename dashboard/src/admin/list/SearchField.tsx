import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Icon } from "../ui/icons";
import { useShortcut } from "../ui/shortcuts";
import { useSetSearch } from "./search";

/**
 * SearchField writes the typed text into the address, once the typing pauses. The texts that are typed until the field is left or
 * Enter is pressed are one entry of the browser's history. The key / leads to it.
 */
export function SearchField({ label, value, error }: { label: string; value: string; error?: string }) {
  const setSearch = useSetSearch();
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  useShortcut("/", () => input.current?.focus());
  const { history } = useRouter();
  const written = useRef(value);
  const entry = useRef<number>(undefined); // the place in the history of the text that is being typed
  const write = (next: string) => {
    if (next === written.current) return;
    written.current = next;
    const current = history.location.state.__TSR_index;
    const replace = entry.current === current;
    setSearch({ search: next || undefined }, { replace });
    entry.current = replace ? current : current + 1;
  };
  const writeSoon = useDebouncedCallback(write, 300);
  const change = (next: string) => {
    setText(next);
    writeSoon(next.trim());
  };
  const finish = () => {
    writeSoon.cancel();
    write(text.trim());
    entry.current = undefined;
  };
  useEffect(() => {
    if (value === written.current) return; // the text may have more letters already
    writeSoon.cancel();
    written.current = value;
    entry.current = undefined;
    setText(value);
  }, [value, writeSoon]);
  return (
    <TextInput
      ref={input} type="search" label={label} error={error} value={text} flex="1 1 17rem" miw={0} leftSection={<Icon name="search" size={16} />}
      onChange={(event) => change(event.currentTarget.value)} onBlur={finish} onKeyDown={(event) => event.key === "Enter" && finish()}
    />
  );
}
