import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { Icon } from "../ui/icons";
import { useShortcut } from "../ui/shortcuts";
import { useSetSearch } from "./search";

/** SearchField writes into the address what was typed, once the typing pauses. The key / leads to it. */
export function SearchField({ label, value }: { label: string; value: string }) {
  const setSearch = useSetSearch();
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  useShortcut("/", () => input.current?.focus());
  useEffect(() => setText(value), [value]);
  const apply = useDebouncedCallback((next: string) => setSearch({ search: next.trim() || undefined }), 300);
  const change = (next: string) => {
    setText(next);
    apply(next);
  };
  return (
    <TextInput ref={input} type="search" label={label} value={text} flex="1 1 17rem" miw={0} leftSection={<Icon name="search" size={16} />} onChange={(event) => change(event.currentTarget.value)} />
  );
}
