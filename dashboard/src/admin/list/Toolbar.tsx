import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState, type ReactNode } from "react";
import { CopyLinkButton } from "./CopyLinkButton";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/icons";
import type { Filter } from "./filters";
import { FilterChips } from "./FilterChips";
import { SearchField } from "./SearchField";
import { useSetSearch, type ListSearch } from "./search";

interface ToolbarProps {
  search: ListSearch;
  filters: Filter[];
  /** searchLabel names the search field, where the API can search. */
  searchLabel?: string;
  children?: ReactNode;
}

/** Toolbar has a list's search and filters, further buttons, and the filters in use. On small screens filters fill a sheet. */
export function Toolbar({ search, filters, searchLabel, children }: ToolbarProps) {
  const { t } = useLingui();
  const small = useMediaQuery("(max-width: 48em)");
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Group align="flex-end" gap="sm">
        {searchLabel && <SearchField label={searchLabel} value={search.search ?? ""} />}
        {!small && <FilterFields filters={filters} search={search} />}
        {small && filters.length > 0 && <Button variant="default" leftSection={<Icon name="filter" size={16} />} onClick={() => setOpen(true)}><Trans>Filters</Trans></Button>}
        <Group gap="sm" ms="auto">
          {children}
          <CopyLinkButton />
        </Group>
      </Group>
      <FilterChips filters={filters} search={search} />
      <Dialog side opened={open} title={t`Filters`} onClose={() => setOpen(false)}>
        <div className="form">
          <FilterFields filters={filters} search={search} />
          <Button onClick={() => setOpen(false)}><Trans>Show the list</Trans></Button>
        </div>
      </Dialog>
    </div>
  );
}

function FilterFields({ filters, search }: { filters: Filter[]; search: ListSearch }) {
  const { t } = useLingui();
  const setSearch = useSetSearch();
  return filters.map((filter) => {
    const value = search[filter.name] ?? "";
    const known = filter.choices.some((c) => c.value === value);
    return (
      <NativeSelect
        key={filter.name} label={filter.label} value={known ? value : ""}
        data={[{ value: "", label: t`Any` }, ...filter.choices]}
        onChange={(event) => setSearch({ [filter.name]: event.currentTarget.value || undefined })}
      />
    );
  });
}
