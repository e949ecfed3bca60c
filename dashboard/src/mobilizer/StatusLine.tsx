import { Plural, Trans } from "@lingui/react/macro";
import { useFormat, viewerZone } from "../ui/format";
import type { Route } from "./route";
import { Link } from "./ui/Link";
import { useOnline } from "./useOnline";

interface StatusLineProps {
  asOf: string;
  failed: boolean;
  /** Number of writes that wait to be sent. */
  waiting: number;
  /** Number of writes that the person must look at. */
  needsYou: number;
  /** The page that shows them. */
  needsYouAt: Route;
}

/** StatusLine says how old the data is when it may be out of date, and what waits to be sent. */
export function StatusLine({ asOf, failed, waiting, needsYou, needsYouAt }: StatusLineProps) {
  const format = useFormat(viewerZone());
  const online = useOnline();
  const today = format.date(asOf) === format.date(new Date().toISOString());
  const time = today ? format.clock(asOf) : format.dateTime(asOf);
  return (
    <p className="status-line" role="status">
      {!online && <Trans>No connection. As of {time}.</Trans>}
      {online && failed && <Trans>Kith can't be reached. As of {time}.</Trans>}
      {waiting > 0 && <> <span className="tag"><Trans>Waiting to be sent ({waiting})</Trans></span></>}
      {needsYou > 0 && <> <Link className="tag warn" to={needsYouAt}><Plural value={needsYou} one="# needs you" other="# need you" /></Link></>}
    </p>
  );
}
