import { filterOf, searchOf, type ListSearch } from "../../list/search";
import type { View, ViewRequest } from "./queries";

/** ViewState is the part of a saved view that the address of a list holds. */
export type ViewState = Required<Pick<ViewRequest, "filter" | "columns">> & Pick<ViewRequest, "sort" | "order">;

/** ShownList is a list as it is shown: its address, the names of its filters, and its chosen columns. */
export interface ShownList {
  list: View["list"];
  search: ListSearch;
  filters: readonly string[];
  columns: string[];
}

/** stateOf returns what a saved view of the list holds. */
export const stateOf = ({ search, filters, columns }: ShownList): ViewState => ({
  filter: filterOf(search, filters),
  sort: (search.sort ?? "added") as ViewState["sort"],
  order: search.order === "desc" ? "desc" : "asc",
  columns,
});

/** searchOfView returns the address of a saved view. Without columns the list has its own. */
export function searchOfView({ id, filter, sort, order, columns = [] }: View): ListSearch {
  return { ...searchOf(filter ?? ""), view: id, sort: sort === "added" ? undefined : sort, order: order === "desc" ? "desc" : undefined, columns: columns.join(",") || undefined };
}

const normal = (filter = "") => [...new URLSearchParams(filter)].map(([name, value]) => `${name}=${value}`).sort().join("&");

/** differs reports whether the list is no longer shown as the view says. */
export function differs(view: View, state: ViewState): boolean {
  const shown = view.columns?.length ? view.columns : state.columns;
  return normal(view.filter) !== normal(state.filter) || (view.sort ?? "added") !== state.sort || (view.order ?? "asc") !== state.order
    || [...shown].sort().join() !== [...state.columns].sort().join();
}
