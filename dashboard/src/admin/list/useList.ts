import { keepPreviousData, useInfiniteQuery, type QueryKey } from "@tanstack/react-query";

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
  /** refetchInterval is the time between readings in ms, or depends on the first page; false for none. */
  refetchInterval?: number | ((first?: Page) => number | false);
}

/** useList reads a list page by page. While filters change, the rows before stay. */
export function useList<Row, Page extends ListPage<Row> = ListPage<Row>>({ queryKey, fetchPage, refetchInterval }: ListOptions<Row, Page>) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: typeof refetchInterval === "function" ? ({ state }) => refetchInterval(state.data?.pages[0]) : refetchInterval,
  });
  const pages = query.data?.pages ?? [];
  return {
    rows: pages.flatMap((page) => page.items),
    first: pages[0],
    total: pages[0]?.total,
    error: query.error,
    loading: query.isPending,
    stale: query.isPlaceholderData,
    more: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}

export type List<Row> = ReturnType<typeof useList<Row>>;
