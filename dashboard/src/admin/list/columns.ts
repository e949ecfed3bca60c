import type { ReactNode } from "react";
import { useState } from "react";
import { useSetSearch, type ListSearch } from "./search";

/** Column is one column of a table. The first one names the row. */
export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** sort is the API's name for sorting by this column, where it sorts. */
  sort?: string;
  numeric?: boolean;
  /** date columns hold a date, which stays on one line. */
  date?: boolean;
  /** small columns are shown on small screens, beside the first, unless others were chosen. */
  small?: boolean;
  /** hidden columns are shown only when chosen. */
  hidden?: boolean;
}

/**
 * chooseColumns returns the columns that are not hidden. Small screens have room for three beside the first: those that are hidden
 * unless chosen, then the small ones, then the others.
 */
export function chooseColumns<Row>(columns: Column<Row>[], hidden: string[]): Column<Row>[] {
  const visible = columns.filter((column, n) => n === 0 || !hidden.includes(column.id));
  const rank = ({ hidden: added, small }: Column<Row>) => (added ? 0 : small ? 1 : 2);
  const small = visible.slice(1).sort((a, b) => rank(a) - rank(b)).slice(0, 3);
  return visible.map((column) => ({ ...column, small: small.includes(column) }));
}

/** hideOf returns the parameter of the address for columns to hide. */
export const hideOf = (ids: string[]) => ids.join(",") || "none";

const split = (text: string) => text.split(",").filter((id) => id !== "" && id !== "none");

/**
 * useColumnChoice returns the ids of the columns to hide and a function that shows or hides one. The choice stands in the
 * address; without one there, it is the last choice in this browser, or else the columns' own.
 */
export function useColumnChoice<Row>(table: string, columns: Column<Row>[], search: ListSearch) {
  const setSearch = useSetSearch();
  const key = `kith-columns:${table}`;
  const [kept, setKept] = useState(() => localStorage.getItem(key));
  const chosen = search.hide ?? kept;
  const hidden = chosen === null ? columns.filter((c) => c.hidden).map((c) => c.id) : split(chosen);
  const toggle = (id: string) => {
    const next = hideOf(hidden.includes(id) ? hidden.filter((h) => h !== id) : [...hidden, id]);
    localStorage.setItem(key, next);
    setKept(next);
    setSearch({ hide: next });
  };
  return { hidden, toggle };
}
