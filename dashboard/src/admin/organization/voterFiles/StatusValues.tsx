import { useLingui } from "@lingui/react/macro";
import { SimpleGrid, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Mapping } from "./files";

const split = (list: string) => list.split(",").map((value) => value.trim()).filter(Boolean);

interface StatusValuesProps {
  mapping: Mapping;
  change: (mapping: Mapping) => void;
}

/** StatusValues says which values of the status column leave rows out, and which mark inactive voters. */
export function StatusValues({ mapping, change }: StatusValuesProps) {
  const { t } = useLingui();
  const [text, setText] = useState({ left_out: (mapping.left_out ?? []).join(", "), inactive: (mapping.inactive ?? []).join(", ") });
  const type = (field: keyof typeof text, value: string) => {
    setText({ ...text, [field]: value });
    change({ ...mapping, [field]: split(value) });
  };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <TextInput label={t`Status of rows to leave out`} description={t`Such as removed voters. Separate values with commas.`} value={text.left_out} onChange={(event) => type("left_out", event.currentTarget.value)} />
      <TextInput label={t`Status of inactive voters`} description={t`They are ranked last. Separate values with commas.`} value={text.inactive} onChange={(event) => type("inactive", event.currentTarget.value)} />
    </SimpleGrid>
  );
}
