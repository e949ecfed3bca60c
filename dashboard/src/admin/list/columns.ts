import { useMediaQuery } from "@mantine/hooks";
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
  /** small columns are shown on small screens, beside the first, unless others are chosen. */
  small?: boolean;
  /** hidden columns are shown only if chosen. */
  hidden?: boolean;
}

/**
 * useColumnChoice returns the ids of the columns to show, and a function that shows or hides one. The choice stands in the address;
 * without one there, it is the last choice in this browser, or else the columns' own, which depend on the screen. chosen are the
 * columns of a saved view and of a link: the same on every screen. A column that did not exist at the choice is not shown.
 */
export function useColumnChoice<Row>(table: string, columns: Column<Row>[], search: ListSearch) {
  const setSearch = useSetSearch();
  const small = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const key = `kith-shown-columns:${table}`;
  const [kept, setKept] = useState(() => localStorage.getItem(key));
  const choice = search.columns ?? kept;
  const own = (fits: (column: Column<Row>) => boolean | undefined) => columns.filter((column, n) => n === 0 || fits(column)).map((column) => column.id);
  const chosen = choice === null ? own((column) => !column.hidden) : choice.split(",");
  const shown = choice === null && small ? own((column) => column.small) : chosen;
  const toggle = (id: string) => {
    const next = (shown.includes(id) ? shown.filter((s) => s !== id) : [...shown, id]).join(",");
    localStorage.setItem(key, next);
    setKept(next);
    setSearch({ columns: next });
  };
  return { chosen, shown, toggle };
}
