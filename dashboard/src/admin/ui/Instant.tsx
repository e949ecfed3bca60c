import { useSyncExternalStore } from "react";
import { useFormat } from "../../ui/format";
import { Tooltip } from "./Tooltip";

const everyMinute = (update: () => void) => {
  const timer = setInterval(update, 10_000);
  return () => clearInterval(timer);
};

const minute = () => Math.floor(Date.now() / 60_000);

/** Instant shows how long ago something was; in full, with the time zone named, on hover and focus. */
export function Instant({ at, timeZone }: { at?: string; timeZone: string }) {
  const format = useFormat(timeZone);
  useSyncExternalStore(everyMinute, minute); // time passes while the page is open
  if (!at) return "–";
  const full = format.dateTime(at);
  return (
    <Tooltip label={full}>
      <time dateTime={at} tabIndex={0} aria-label={full} style={{ whiteSpace: "nowrap" }}>{format.ago(at)}</time>
    </Tooltip>
  );
}
