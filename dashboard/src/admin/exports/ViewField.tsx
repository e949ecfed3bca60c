import { useLingui } from "@lingui/react/macro";
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { viewsQuery } from "../data/views";
import { useCampaign } from "../shell/CampaignContext";

interface ViewFieldProps {
  id: string;
  error?: string;
  /** list is the list of the exported rows. */
  list: string;
  value: string;
  onChange: (id: string) => void;
}

/** ViewField chooses the saved view whose rows are exported. Without views of the list there is no field. */
export function ViewField({ id, error, list, value, onChange }: ViewFieldProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const views = useQuery(viewsQuery(campaign.id)).data?.items.filter((view) => view.list === list) ?? [];
  if (views.length === 0 && !value && !error) return null;
  const gone = value && !views.some((view) => view.id === value) ? [{ value, label: t`A view that is not shared with you` }] : [];
  const data = [{ value: "", label: t`All rows` }, ...views.map((view) => ({ value: view.id, label: view.name })), ...gone];
  return <NativeSelect id={id} error={error} label={t`Rows`} description={t`A saved view selects the rows by its filters. The file has all columns.`} maw={520} data={data} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}
