import { useNavigate } from "@tanstack/react-router";

/**
 * ListSearch is the state of a list as the address holds it: search, sort, order, the number of pages, columns to show (joined by
 * commas), the saved view that it began with, and one parameter for each filter, named as the API names it.
 */
export type ListSearch = Record<string, string | undefined>;

/** readListSearch takes the parameters of a list from an address. It keeps those named, as texts, and an order by one of sorts. */
export const readListSearch = (filters: readonly string[], sorts: readonly string[] = []) => (search: Record<string, unknown>): ListSearch => {
  const names = ["search", "sort", "order", "pages", "columns", "view", ...filters];
  const entries = names.map((name) => [name, search[name]] as const).filter(([, value]) => typeof value === "string" || typeof value === "number");
  const read: ListSearch = Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
  if (read.sort && !sorts.includes(read.sort)) delete read.sort;
  if (read.order !== "desc") delete read.order;
  return read;
};

/** pick returns the search, order and filters of a list, as parameters of the API. */
export const pick = (search: ListSearch, filters: readonly string[]): ListSearch =>
  Object.fromEntries(["search", "sort", "order", ...filters].map((name) => [name, search[name]]));

/** filterOf returns the search and filters in use as one query, such as a=1&b=2. It is the filter of a saved view and of an export. */
export const filterOf = (search: ListSearch, filters: readonly string[]): string => {
  const used = ["search", ...filters].flatMap((name) => (search[name] ? [[name, search[name]]] : []));
  return new URLSearchParams(used).toString();
};

/** searchOf returns the state of a list from parameters of the API, such as a=1&b=2. */
export const searchOf = (query: string): Record<string, string> => Object.fromEntries(new URLSearchParams(query));

/** readTab takes the tab of a page from the address. */
export const readTab = ({ tab }: Record<string, unknown>): { tab?: string } => ({ tab: typeof tab === "string" ? tab : undefined });

/** Rows stay shown while these change. */
const keepRows = ["columns", "tab", "pages"];

/** Changes of these are no steps of their own: Back undoes none of them. */
const noSteps = ["columns", "pages"];

/**
 * useSetSearch returns a function that changes parameters of the address; undefined removes one. Other rows begin with one page. The
 * change is an entry of the browser's history, which Back undoes, unless it replaces the current entry.
 */
export function useSetSearch() {
  const navigate = useNavigate();
  return (change: ListSearch, { replace }: { replace?: boolean } = {}) => {
    const only = (names: string[]) => Object.keys(change).every((name) => names.includes(name));
    void navigate({
      to: ".",
      replace: replace ?? only(noSteps),
      resetScroll: false,
      state: true,
      search: (old: ListSearch) => ({ ...old, ...(only(keepRows) ? {} : { pages: undefined }), ...change }),
    });
  };
}
