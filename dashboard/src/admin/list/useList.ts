import { keepPreviousData, useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import { useSetSearch, type ListSearch } from "./search";

/** mostRows is the number of rows up to which a list shows more. */
export const mostRows = 500;

/** ListPage is one page of a list of the API. */
export interface ListPage<Row> {
  items: Row[];
  next?: string;
  total?: number;
}

interface ListOptions<Row, Page extends ListPage<Row>> {
  /** queryKey names the list with its filters and order. */
  queryKey: QueryKey;
  fetchPage: (page: string | undefined) => Promise<Page>;
  /** search is the state in the address, which then holds the number of pages too. */
  search?: ListSearch;
  /** refetchInterval is the time between readings in ms, or depends on the first page; false for none. */
  refetchInterval?: number | ((first?: Page) => number | false);
}

/** useList reads a list page by page. While filters change, the rows before stay. */
export function useList<Row, Page extends ListPage<Row> = ListPage<Row>>({ queryKey, fetchPage, search, refetchInterval }: ListOptions<Row, Page>) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: typeof refetchInterval === "function" ? ({ state }) => refetchInterval(state.data?.pages[0]) : refetchInterval,
  });
  const pages = query.data?.pages ?? [];
  const setSearch = useSetSearch();
  const { hasNextPage, isFetching, isPlaceholderData, isError, fetchNextPage } = query;
  const rows = pages.flatMap((page) => page.items);
  const missing = rows.length < mostRows && pages.length < Number(search?.pages ?? 1);
  useEffect(() => {
    if (missing && hasNextPage && !isFetching && !isPlaceholderData && !isError) void fetchNextPage();
  }, [missing, hasNextPage, isFetching, isPlaceholderData, isError, fetchNextPage]);
  return {
    rows,
    first: pages[0],
    total: pages[0]?.total,
    error: query.error,
    loading: query.isPending,
    stale: query.isPlaceholderData,
    /** complete says that the pages which the address asks for are there. */
    complete: query.isSuccess && !isPlaceholderData && !(missing && hasNextPage),
    more: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => (search && !missing ? setSearch({ pages: String(pages.length + 1) }) : void fetchNextPage()),
    retry: () => void query.refetch(),
  };
}

export type List<Row> = ReturnType<typeof useList<Row>>;
