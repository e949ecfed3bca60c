/** ranges are the numbers of days that the charts can show; all is every day since publication. */
export const ranges = ["14", "30", "90", "all"] as const;

export type Range = (typeof ranges)[number];

export interface AnalyticsSearch {
  days?: Range;
}

/** readAnalyticsSearch takes the range of the charts from the address. */
export function readAnalyticsSearch(search: Record<string, unknown>): AnalyticsSearch {
  return { days: ranges.find((range) => range === String(search.days)) };
}
