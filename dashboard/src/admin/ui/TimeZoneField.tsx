import { useLingui } from "@lingui/react/macro";
import { NativeSelect } from "@mantine/core";
import { useMemo } from "react";

interface TimeZoneFieldProps {
  id: string;
  error?: string;
  value: string;
  /** fixed says that the campaign was published, so that its days can't move any more. */
  fixed?: boolean;
  onChange: (timeZone: string) => void;
}

/** TimeZoneField chooses the time zone in which a campaign counts its days. */
export function TimeZoneField({ id, error, value, fixed, onChange }: TimeZoneFieldProps) {
  const { t } = useLingui();
  const zones = useMemo(() => [...new Set(["UTC", value, ...Intl.supportedValuesOf("timeZone")])].filter(Boolean), [value]);
  return (
    <NativeSelect
      id={id} error={error} label={t`Time zone`} maw={520} disabled={fixed} required
      description={fixed ? t`It is fixed, because the campaign was published.` : t`Days are counted in it. It can't be changed once the campaign is published.`}
      data={zones} value={value} onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
