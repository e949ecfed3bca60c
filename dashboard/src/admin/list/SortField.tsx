import { useLingui } from "@lingui/react/macro";
import { NativeSelect } from "@mantine/core";
import type { Column } from "./columns";
import { useSetSearch, type ListSearch } from "./search";

interface SortFieldProps<Row> {
  columns: Column<Row>[];
  search: ListSearch;
  /** sorted is the sort that the API uses when the address names none. */
  sorted: string;
}

/** SortField orders a list on small screens, where a table has no headings. */
export function SortField<Row>({ columns, search, sorted }: SortFieldProps<Row>) {
  const { t } = useLingui();
  const setSearch = useSetSearch();
  const choices = columns.flatMap(({ sort, header }) => (sort ? [{ value: `${sort} asc`, label: t`${header}, ascending` }, { value: `${sort} desc`, label: t`${header}, descending` }] : []));
  const choose = (choice: string) => {
    const [sort, order] = choice.split(" ");
    setSearch({ sort, order });
  };
  return <NativeSelect label={t`Order`} data={choices} value={`${search.sort ?? sorted} ${search.order ?? "asc"}`} onChange={(event) => choose(event.currentTarget.value)} />;
}
