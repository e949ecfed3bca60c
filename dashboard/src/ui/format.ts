import { useLingui } from "@lingui/react";
import { useMemo } from "react";

/** Fraction is a count out of a total, as the API gives shares. */
export interface Fraction {
  count: number;
  of: number;
}

const none = "–";

// Spanish puts a no-break space before the percent sign; English here does too, so that numbers align.
const percentOf = ({ count, of }: Fraction, locale: string) =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format((count / of) * 100) + " %";

const units: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** formatters returns the functions that write numbers and times in one language and one time zone. */
export function formatters(locale: string, timeZone = "UTC") {
  const number = new Intl.NumberFormat(locale);
  const date = (options: Intl.DateTimeFormatOptions, zone = timeZone) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  return {
    number: (n: number) => number.format(n),
    percent: (share: Fraction) => (share.of === 0 ? none : percentOf(share, locale)),
    /** average has one decimal, or a dash when there is nothing to divide by. */
    average: (n: number | null) => (n === null ? none : new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(n)),
    /** day writes a calendar day, such as 2026-11-03, which belongs to no time zone. */
    day: (iso: string) => date({ month: "short", day: "numeric" }, "UTC").format(new Date(iso)),
    fullDay: (iso: string) => date({ dateStyle: "long" }, "UTC").format(new Date(iso)),
    /** date writes the day on which an instant falls in the time zone. */
    date: (instant: string) => date({ dateStyle: "medium" }).format(new Date(instant)),
    time: (instant: string) => date({ timeStyle: "medium" }).format(new Date(instant)),
    dateTime: (instant: string) => date({ dateStyle: "long", timeStyle: "short" }).format(new Date(instant)),
    /** ago writes how long ago an instant was, up to a month, and the date after that. */
    ago: (instant: string, now = Date.now()) => {
      const seconds = Math.round((now - Date.parse(instant)) / 1000);
      if (Math.abs(seconds) > 30 * 86_400) return date({ dateStyle: "medium" }).format(new Date(instant));
      const [unit, size] = units.find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
      return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.trunc(seconds / size), unit);
    },
    bytes: (n: number) => {
      const step = n < 1e3 ? 0 : n < 1e6 ? 1 : n < 1e9 ? 2 : 3;
      const unit = ["byte", "kilobyte", "megabyte", "gigabyte"][step];
      return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: step < 2 ? 0 : 1 }).format(n / 1000 ** step);
    },
    list: (items: string[]) => new Intl.ListFormat(locale).format(items),
    /** zone names the time zone, such as "New York time". */
    zone: (name = timeZone) => zoneName(locale, name),
  };
}

export type Formatters = ReturnType<typeof formatters>;

function zoneName(locale: string, timeZone: string) {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "longGeneric" }).formatToParts(new Date());
  return parts.find((p) => p.type === "timeZoneName")?.value ?? timeZone;
}

/** useFormat returns the formatters of the page's language. Instants are written in the time zone given. */
export function useFormat(timeZone?: string): Formatters {
  const { i18n } = useLingui();
  return useMemo(() => formatters(i18n.locale, timeZone), [i18n.locale, timeZone]);
}
