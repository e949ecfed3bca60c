import { useLingui } from "@lingui/react/macro";
import { NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { formatters } from "../../ui/format";

interface TimeZoneFieldProps {
  id: string;
  error?: string;
  value: string;
  /** fixed says that the campaign was published, so that its days can't move any more. */
  fixed?: boolean;
  onChange: (timeZone: string) => void;
}

const american = [
  "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico",
];

// Browsers list some zones by names that their cities no longer have.
const renamed: Record<string, string> = {
  "Africa/Asmera": "Africa/Asmara", "America/Buenos_Aires": "America/Argentina/Buenos_Aires", "America/Godthab": "America/Nuuk", "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu", "Asia/Rangoon": "Asia/Yangon", "Asia/Saigon": "Asia/Ho_Chi_Minh", "Atlantic/Faeroe": "Atlantic/Faroe", "Europe/Kiev": "Europe/Kyiv",
};

/** zoneLabel names a time zone by its name and its city, such as "Eastern Time – New York". */
function zoneLabel(locale: string, zone: string) {
  const name = formatters(locale, zone).zone();
  const city = zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
  return name === zone ? zone : `${name.charAt(0).toUpperCase()}${name.slice(1)} – ${city}`;
}

/** useZones returns the time zones with their labels: those of most people in the United States first. */
function useZones(value: string) {
  const { i18n } = useLingui();
  return useMemo(() => {
    const all = [...new Set([...american, "UTC", value, ...Intl.supportedValuesOf("timeZone").map((zone) => renamed[zone] ?? zone)])].filter(Boolean);
    const choices = all.map((zone) => ({ value: zone, label: zoneLabel(i18n.locale, zone) }));
    const [first, others] = [choices.slice(0, american.length), choices.slice(american.length)];
    return [first, others.sort((a, b) => a.label.localeCompare(b.label, i18n.locale))] as const;
  }, [i18n.locale, value]);
}

/** TimeZoneField chooses the time zone in which a campaign counts its days. It finds one by its name, city or id. */
export function TimeZoneField({ id, error, value, fixed, onChange }: TimeZoneFieldProps) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [first, others] = useZones(value);
  const searched = text.trim().toLowerCase();
  const found = (zones: typeof first) => zones.filter((zone) => zone.value === value || `${zone.label} ${zone.value} ${zone.value.replaceAll("_", " ")}`.toLowerCase().includes(searched));
  const groups = [{ group: t`United States`, items: found(first) }, { group: t`Other time zones`, items: found(others) }];
  return (
    <Stack gap="xs">
      <NativeSelect
        id={id} error={error} label={t`Time zone`} maw={520} disabled={fixed} required
        description={fixed ? t`It is fixed, because the campaign was published.` : t`Days are counted in it. It can't be changed once the campaign is published.`}
        data={groups.filter((group) => group.items.length > 0)} value={value} onChange={(event) => onChange(event.currentTarget.value)}
      />
      {!fixed && <TextInput type="search" maw={520} label={t`Find a time zone`} description={t`By its name, a city or its id. The list above then has those that match.`} value={text} onChange={(event) => setText(event.currentTarget.value)} />}
    </Stack>
  );
}
