import { useLingui } from "@lingui/react";
import { useMemo } from "react";

/** Fraction is a count out of a total, as the API gives shares. */
export interface Fraction {
  count: number;
  of: number;
}

const none = "–";

const oneDecimal = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

const units: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

// Making one of Intl's objects takes longer than writing a row of a table, so each is made once.
const made = new Map<string, unknown>();

/** once returns what make returned when the key was first used. */
function once<T>(key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions) => once(`date ${locale} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));

const numberFormat = (locale: string, options?: Intl.NumberFormatOptions) => once(`number ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));

/** plainFormatters returns the functions that write numbers, and what belongs to no time zone, in one language. */
function plainFormatters(locale: string) {
  const day = (options: Intl.DateTimeFormatOptions, iso: string) => dateFormat(locale, { timeZone: "UTC", ...options }).format(new Date(iso));
  return {
    number: (n: number) => numberFormat(locale).format(n),
    // Spanish puts a no-break space before the percent sign; English here does too, so that numbers align.
    percent: ({ count, of }: Fraction) => (of === 0 ? none : numberFormat(locale, oneDecimal).format((count / of) * 100) + " %"),
    /** average has one decimal, or a dash when there is nothing to divide by. */
    average: (n: number | null) => (n === null ? none : numberFormat(locale, oneDecimal).format(n)),
    /** day writes a calendar day, such as 2026-11-03, which belongs to no time zone. */
    day: (iso: string) => day({ month: "short", day: "numeric" }, iso),
    fullDay: (iso: string) => day({ dateStyle: "long" }, iso),
    bytes: (n: number) => {
      const step = n < 1e3 ? 0 : n < 1e6 ? 1 : n < 1e9 ? 2 : 3;
      const unit = ["byte", "kilobyte", "megabyte", "gigabyte"][step];
      return numberFormat(locale, { style: "unit", unit, maximumFractionDigits: step < 2 ? 0 : 1 }).format(n / 1000 ** step);
    },
    list: (items: string[]) => once(`list ${locale}`, () => new Intl.ListFormat(locale)).format(items),
  };
}

/** formatters returns the functions that write numbers and times in one language and one time zone. */
export function formatters(locale: string, timeZone: string) {
  const format = (options: Intl.DateTimeFormatOptions, instant: string) => dateFormat(locale, { timeZone, ...options }).format(new Date(instant));
  const zone = () => zoneName(locale, timeZone);
  const date = (instant: string) => format({ dateStyle: "medium" }, instant);
  return {
    ...plainFormatters(locale),
    /** date writes the day on which an instant falls in the time zone. */
    date,
    /** clock writes the time of day to the minute without the zone, for times in the reader's own. */
    clock: (instant: string) => format({ timeStyle: "short" }, instant),
    dateTime: (instant: string) => `${format({ dateStyle: "long", timeStyle: "short" }, instant)} (${zone()})`,
    /** ago writes how long ago an instant was, up to a month, and the date after that. */
    ago: (instant: string, now = Date.now()) => {
      const seconds = Math.round((now - Date.parse(instant)) / 1000);
      if (Math.abs(seconds) > 30 * 86_400) return date(instant);
      const [unit, size] = units.find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
      return once(`ago ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: "auto" })).format(-Math.trunc(seconds / size), unit);
    },
    /** zone names the time zone, such as "Eastern Time". */
    zone,
  };
}

type PlainFormatters = ReturnType<typeof plainFormatters>;
export type Formatters = ReturnType<typeof formatters>;

/** viewerZone returns the time zone of the reader's browser, for the times of an organization, which has none of its own. */
export const viewerZone = () => once("viewer zone", () => new Intl.DateTimeFormat().resolvedOptions().timeZone);

/** zoneName names a time zone as people do. Intl calls UTC "GMT+00:00". */
function zoneName(locale: string, timeZone: string) {
  if (/^(Etc\/)?UTC$/.test(timeZone)) return "UTC";
  const parts = dateFormat(locale, { timeZone, timeZoneName: "longGeneric" }).formatToParts(new Date());
  return parts.find((p) => p.type === "timeZoneName")?.value ?? timeZone;
}

/** useFormat returns the formatters of the page's language. Without a time zone there are none for times. */
export function useFormat(): PlainFormatters;
export function useFormat(timeZone: string): Formatters;
export function useFormat(timeZone?: string): PlainFormatters | Formatters {
  const { i18n } = useLingui();
  return useMemo(() => (timeZone === undefined ? plainFormatters(i18n.locale) : formatters(i18n.locale, timeZone)), [i18n.locale, timeZone]);
}
