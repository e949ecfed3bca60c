import { useLingui } from "@lingui/react/macro";
import { Radio, Stack } from "@mantine/core";
import { useTypeDescriptions, useTypeNames, type ItemType } from "./types";

interface TypeFieldProps {
  id: string;
  error?: string;
  value: ItemType;
  fixed: boolean;
  onChange: (type: ItemType) => void;
}

export function TypeField({ id, error, value, fixed, onChange }: TypeFieldProps) {
  const { t } = useLingui();
  const names = useTypeNames();
  const descriptions = useTypeDescriptions();
  return (
    <Radio.Group id={id} tabIndex={-1} label={t`Type`} error={error} description={fixed && t`It has been answered, so its type is fixed.`} value={value} onChange={(type) => onChange(type as ItemType)}>
      <Stack gap="xs" mt="xs">
        {(Object.keys(names) as ItemType[]).map((type) => <Radio key={type} value={type} label={names[type]} description={descriptions[type]} disabled={fixed && type !== value} />)}
      </Stack>
    </Radio.Group>
  );
}
