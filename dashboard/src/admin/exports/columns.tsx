import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useFormat } from "../../ui/format";
import type { Column } from "../list/columns";
import { useCampaign } from "../shell/CampaignContext";
import { Instant } from "../ui/Instant";
import { ExportActions } from "./ExportActions";
import { ExportStatus } from "./ExportStatus";
import type { Export } from "./queries";
import { Selection } from "./Selection";
import { useTypeName } from "./types";

/** useExportColumns returns the columns of the history of exports. */
export function useExportColumns(): Column<Export>[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const typeName = useTypeName();
  const tokenName = (name: string) => t`${name} (service token)`;
  return [
    { id: "type", header: t`Export`, cell: (e) => <>{typeName(e.type)}<Text size="sm" style={{ whiteSpace: "normal" }}><Selection value={e} /></Text></> },
    { id: "status", header: t`Status`, small: true, cell: (e) => <ExportStatus value={e} /> },
    { id: "actions", header: t`Actions`, small: true, cell: (e) => <ExportActions value={e} /> },
    { id: "rows", header: t`Rows`, numeric: true, cell: (e) => (e.status === "queued" ? "–" : format.number(e.rows)) },
    { id: "bytes", header: t`Size`, numeric: true, cell: (e) => (e.bytes === undefined ? "–" : format.bytes(e.bytes)) },
    { id: "at", header: t`Requested`, small: true, cell: (e) => <><Instant at={e.requested_at} timeZone={campaign.time_zone} /><Text size="sm" style={{ whiteSpace: "normal" }}>{e.requested_by_service_token ? tokenName(e.requested_by) : e.requested_by}</Text></> },
    { id: "expires", header: t`Removed on`, date: true, small: true, cell: (e) => (e.expires_at ? format.date(e.expires_at) : "–") },
  ];
}
