import { useLingui } from "@lingui/react/macro";
import { Checkbox, NativeSelect, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { actionItemsQuery } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";
import { fieldProps } from "../ui/fields";
import { hasViews, type ExportForm } from "./exportForm";
import { specific, useExportGroups } from "./types";
import { ViewField } from "./ViewField";

interface ExportFieldsProps {
  form: string;
  error: Error | null;
  value: ExportForm;
  onChange: (change: Partial<ExportForm>) => void;
}

/** ExportFields chooses what an export holds and how it is written. */
export function ExportFields({ form, error, value, onChange }: ExportFieldsProps) {
  const { t } = useLingui();
  const groups = useExportGroups();
  const row = groups.flatMap((g) => g.types).find((type) => type.type === value.type)?.row;
  const data = groups.map((group) => ({ group: group.name, items: group.types.map(({ type, name }) => ({ value: type, label: name })) }));
  return (
    <>
      <NativeSelect {...fieldProps(form, "type", error)} label={t`Export`} description={row} maw={520} data={data} value={value.type} onChange={(event) => onChange({ type: event.currentTarget.value as ExportForm["type"], view_id: "" })} />
      {value.type === specific && <ActionItemField {...fieldProps(form, "action_item_id", error)} value={value.action_item_id} onChange={(action_item_id) => onChange({ action_item_id })} />}
      {hasViews(value.type) && <ViewField {...fieldProps(form, "view_id", error)} list={value.type} value={value.view_id} onChange={(view_id) => onChange({ view_id })} />}
      <details>
        <summary>{t`Options`}</summary>
        <Stack gap="sm" mt="sm">
          <Checkbox label={t`For a spreadsheet`} description={t`Opens in Excel and Google Sheets without damage, and formulas do not run. Otherwise: for programs, byte for byte.`} checked={value.spreadsheet} onChange={(event) => onChange({ spreadsheet: event.currentTarget.checked })} />
          <Checkbox label={t`More columns`} description={t`Adds ids and further columns behind the standard ones, so that every file joins every other.`} checked={value.extended} onChange={(event) => onChange({ extended: event.currentTarget.checked })} />
          {value.type !== "bundle" && <Checkbox label={t`Compress with gzip`} checked={value.gzip} onChange={(event) => onChange({ gzip: event.currentTarget.checked })} />}
        </Stack>
      </details>
    </>
  );
}

interface ActionItemFieldProps {
  id: string;
  error?: string;
  value: string;
  onChange: (id: string) => void;
}

function ActionItemField({ id, error, value, onChange }: ActionItemFieldProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const items = useQuery(actionItemsQuery(campaign.id));
  const data = [{ value: "", label: t`Choose an action item` }, ...(items.data ?? []).map((item) => ({ value: item.id, label: item.title }))];
  return <NativeSelect id={id} error={error} label={t`Action item`} required maw={520} data={data} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}
