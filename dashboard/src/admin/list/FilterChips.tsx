import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useEffect, useRef } from "react";
import { fieldMessage } from "../../api/problem";
import { rememberPlace } from "../ui/focus";
import { Icon } from "../ui/icons";
import { valueLabel, type Filter } from "./filters";
import classes from "./FilterChips.module.css";
import { useSetSearch, type ListSearch } from "./search";

/** FilterChips shows the filters in use, each with a button that removes it: also those whose value no longer exists. */
export function FilterChips({ filters, search, error }: { filters: Filter[]; search: ListSearch; error?: Error | null }) {
  const { t } = useLingui();
  const setSearch = useSetSearch();
  const used = filters.filter((filter) => search[filter.name]);
  const focusNext = useRef<() => void>(undefined);
  const names = used.map((filter) => filter.name);
  useEffect(() => {
    focusNext.current?.();
    focusNext.current = undefined;
  }, [names.join()]);
  if (used.length === 0) return null;
  const remove = (button: Element, removed: string[]) => {
    focusNext.current = rememberPlace(button);
    setSearch(Object.fromEntries(removed.map((name) => [name, undefined])));
  };
  return (
    <Group gap="xs" mt="sm" role="group" aria-label={t`Filters in use`}>
      {used.map((filter) => {
        const value = valueLabel(filter, search[filter.name]!, t`no longer there`);
        const text = `${filter.label}: ${value}`;
        const problem = fieldMessage(error, filter.name);
        return (
          <button key={filter.name} type="button" data-row className={classes.chip} data-wrong={problem !== undefined || undefined} aria-label={t`Remove the filter ${text}`} onClick={(event) => remove(event.currentTarget, [filter.name])}>
            {problem ? <>{text} <strong>{problem}</strong></> : text}
            <Icon name="close" size={14} />
          </button>
        );
      })}
      <Button variant="subtle" size="compact-sm" onClick={(event) => remove(event.currentTarget, names)}><Trans>Clear filters</Trans></Button>
    </Group>
  );
}
