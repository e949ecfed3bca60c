import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import { rememberPlace } from "../ui/focus";
import { Empty } from "../ui/State";
import type { Filter } from "./filters";
import { useSetSearch, type ListSearch } from "./search";

interface NoRowsProps {
  search: ListSearch;
  filters: Filter[];
  /** none says that no row matches the filters. */
  none: string;
  /** yet says that there are no rows at all, and next what to do about it. */
  yet: string;
  next: string;
  action?: ReactNode;
}

/** NoRows tells apart a list without rows and filters that no row matches. */
export function NoRows({ search, filters, none, yet, next, action }: NoRowsProps) {
  const setSearch = useSetSearch();
  const focusNext = useRef<() => void>(undefined);
  useEffect(() => () => focusNext.current?.(), []);
  const used = ["search", ...filters.map((f) => f.name)].filter((name) => search[name]);
  if (used.length === 0) return <Empty title={yet} action={action}>{next}</Empty>;
  const clear = (event: React.MouseEvent) => {
    focusNext.current = rememberPlace(event.currentTarget);
    setSearch(Object.fromEntries(used.map((name) => [name, undefined])));
  };
  return <Empty title={none} action={<Button variant="default" size="xs" mt="xs" onClick={clear}><Trans>Clear filters</Trans></Button>} />;
}
