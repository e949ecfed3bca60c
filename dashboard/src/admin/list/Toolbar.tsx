import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState, type ReactNode } from "react";
import { fieldMessage } from "../../api/problem";
import { CopyLinkButton } from "./CopyLinkButton";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/icons";
import type { Filter } from "./filters";
import { FilterChips } from "./FilterChips";
import { FilterField } from "./FilterField";
import { SearchField } from "./SearchField";
import type { ListSearch } from "./search";
import classes from "./Toolbar.module.css";

interface ToolbarProps {
  search: ListSearch;
  filters: Filter[];
  /** error is the refusal of the list, which may name filters. */
  error?: Error | null;
  /** columns are the ids of the chosen columns, where columns can be chosen. */
  columns?: string[];
  /** searchLabel names the search field, where the API can search. */
  searchLabel?: string;
  /** sort orders the list on small screens, where a table has no headings. */
  sort?: ReactNode;
  children?: ReactNode;
}

/** Toolbar has a list's search and filters, further buttons, and the filters in use. A sheet has all filters. */
export function Toolbar({ search, filters, error, columns, searchLabel, sort, children }: ToolbarProps) {
  const { t } = useLingui();
  const small = useMediaQuery("(max-width: 48em)");
  const [open, setOpen] = useState(false);
  const shown = filters.filter((filter) => !filter.more);
  const filterButton = (small ? filters.length > 0 : shown.length < filters.length) && <Button variant="default" leftSection={<Icon name="filter" size={16} />} onClick={() => setOpen(true)}><Trans>Filters</Trans></Button>;
  return (
    <div>
      <Group align="flex-end" gap="sm">
        {searchLabel && <SearchField label={searchLabel} value={search.search ?? ""} error={fieldMessage(error, "search")} />}
        {!small && <FilterFields filters={shown} search={search} error={error} />}
        {!small && filterButton}
        <Group gap="sm" ms={small ? undefined : "auto"} className={classes.buttons}>
          {small && filterButton}
          <CopyLinkButton columns={columns} />
          {children}
        </Group>
      </Group>
      <FilterChips filters={filters} search={search} error={error} />
      <Dialog side opened={open} title={t`Filters`} onClose={() => setOpen(false)}>
        <div className="form">
          {small && sort}
          <FilterFields filters={filters} search={search} error={error} several />
          <Button onClick={() => setOpen(false)}><Trans>Show the list</Trans></Button>
        </div>
      </Dialog>
    </div>
  );
}

interface FilterFieldsProps {
  filters: Filter[];
  search: ListSearch;
  error?: Error | null;
  several?: boolean;
}

const FilterFields = ({ filters, search, error, several }: FilterFieldsProps) =>
  filters.map((filter) => <FilterField key={filter.name} filter={filter} value={search[filter.name] ?? ""} error={fieldMessage(error, filter.name)} several={several} />);
