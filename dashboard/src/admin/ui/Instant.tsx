import { useSyncExternalStore } from "react";
import { useFormat } from "../../ui/format";
import { Tooltip } from "./Tooltip";

const shown = new Set<() => void>();
let timer: number | undefined;

/** subscribe calls update often enough to notice each new minute. All instants of a page share one timer. */
function subscribe(update: () => void) {
  shown.add(update);
  timer ??= window.setInterval(() => shown.forEach((each) => each()), 10_000);
  return () => {
    shown.delete(update);
    if (shown.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const minute = () => Math.floor(Date.now() / 60_000);

/** Instant shows how long ago something was; in full, with the time zone named, on hover and focus. */
export function Instant({ at, timeZone }: { at?: string; timeZone: string }) {
  const format = useFormat(timeZone);
  useSyncExternalStore(subscribe, minute); // time passes while the page is open
  if (!at) return "–";
  const full = format.dateTime(at);
  return (
    <Tooltip label={full}>
      <time dateTime={at} tabIndex={0} aria-label={full} style={{ whiteSpace: "nowrap" }}>{format.ago(at)}</time>
    </Tooltip>
  );
}
