import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useFormat } from "../../ui/format";
import { Tag, type Tone } from "../ui/Tag";
import type { Export } from "./queries";

const tones: Record<Export["status"], Tone> = { queued: "neutral", running: "neutral", ready: "good", failed: "bad", cancelled: "neutral", expired: "neutral" };

/** ExportStatus names the status of an export, with its progress while it runs and the reason if it failed. */
export function ExportStatus({ value }: { value: Export }) {
  const { t } = useLingui();
  const format = useFormat();
  const names: Record<Export["status"], string> = { queued: t`Queued`, running: t`Running`, ready: t`Ready`, failed: t`Failed`, cancelled: t`Cancelled`, expired: t`Removed` };
  if (value.status === "running") {
    const rows = format.number(value.rows);
    const expected = format.number(value.expected_rows);
    return (
      <div style={{ minWidth: "9rem" }}>
        <progress max={100} value={value.percent} aria-label={t`Progress`} style={{ width: "100%", accentColor: "#0b6b58" }} />
        <Text size="sm">{value.expected_rows > 0 ? <Trans>{rows} of about {expected} rows</Trans> : <Trans>{rows} rows</Trans>}</Text>
      </div>
    );
  }
  return (
    <>
      <Tag tone={tones[value.status]}>{names[value.status]}</Tag>
      {value.error && <Text size="sm">{value.error}</Text>}
    </>
  );
}
