import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useFormat, viewerZone } from "../../../ui/format";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import { Tag, type Tone } from "../../ui/Tag";
import type { VoterFile } from "../queries";
import { FileActions } from "./FileActions";

/** VoterFileTable lists the voter files, the latest first. */
export function VoterFileTable({ files }: { files: VoterFile[] }) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  const columns: Column<VoterFile>[] = [
    { id: "state", header: t`State`, cell: (f) => <>{f.state}{f.file_name && <Text size="sm" style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}>{f.file_name}</Text>}</> },
    { id: "status", header: t`Status`, cell: (f) => <FileStatus file={f} /> },
    { id: "rows", header: t`Rows`, numeric: true, cell: (f) => format.number(f.rows) },
    { id: "imported", header: t`Imported`, numeric: true, cell: (f) => format.number(f.imported) },
    { id: "left_out", header: t`Left out`, numeric: true, cell: (f) => format.number(f.left_out) },
    { id: "rejected", header: t`Rejected rows`, numeric: true, cell: (f) => format.number(f.rejected) },
    { id: "uploaded", header: t`Uploaded`, date: true, cell: (f) => <>{format.date(f.created_at)}<Text size="sm">{f.created_by}</Text></> },
    { id: "actions", header: t`Actions`, cell: (f) => <FileActions file={f} /> },
  ];
  return <RowTable label={t`Voter files`} columns={columns} rows={files} rowId={(f) => f.id} />;
}

const tones: Partial<Record<VoterFile["status"], Tone>> = { ready: "good", failed: "bad", needs_mapping: "attention", needs_confirmation: "attention" };

function FileStatus({ file }: { file: VoterFile }) {
  const { t } = useLingui();
  const names: Record<VoterFile["status"], string> = {
    waiting: t`Waiting for the upload`, importing: t`Importing`, needs_mapping: t`Columns needed`, needs_confirmation: t`Confirmation needed`,
    ready: t`Ready`, failed: t`Failed`, replaced: t`Replaced`, undone: t`Undone`,
  };
  return (
    <>
      <Tag tone={tones[file.status]}>{names[file.status]}</Tag>
      {file.status === "importing" && <progress max={100} value={file.percent} aria-label={t`Progress`} style={{ display: "block", width: "9rem", accentColor: "#0b6b58" }} />}
      {file.warnings > 0 && <Text size="sm" style={{ whiteSpace: "normal" }}>{t`${plural(file.warnings, { one: "# zip code was shortened or left empty.", other: "# zip codes were shortened or left empty." })}`}</Text>}
      {file.error && <Text size="sm" style={{ whiteSpace: "normal" }}>{file.error}</Text>}
    </>
  );
}
