import { useFormat } from "../../ui/format";
import { Tooltip } from "./Tooltip";

/** Instant shows how long ago something was; in full, with the time zone named, on hover and focus. */
export function Instant({ at, timeZone }: { at?: string; timeZone: string }) {
  const format = useFormat(timeZone);
  if (!at) return "–";
  const full = format.dateTime(at);
  return (
    <Tooltip label={full}>
      <time dateTime={at} tabIndex={0} aria-label={full} style={{ whiteSpace: "nowrap" }}>{format.ago(at)}</time>
    </Tooltip>
  );
}
