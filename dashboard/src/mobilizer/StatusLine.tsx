import { Plural, Trans } from "@lingui/react/macro";
import { useLingui } from "@lingui/react";
import { useOnline } from "./useOnline";

interface StatusLineProps {
  asOf: string;
  failed: boolean;
  /** Number of writes that wait to be sent. */
  waiting: number;
  /** Number of writes that the person must look at. */
  needsYou: number;
}

/** StatusLine says how old the data is when it may be out of date, and what waits to be sent. */
export function StatusLine({ asOf, failed, waiting, needsYou }: StatusLineProps) {
  const { i18n } = useLingui();
  const online = useOnline();
  const at = new Date(asOf);
  const today = at.toDateString() === new Date().toDateString();
  const time = new Intl.DateTimeFormat(i18n.locale, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(at);
  return (
    <p className="status-line" role="status">
      {!online && <Trans>No connection. As of {time}.</Trans>}
      {online && failed && <Trans>Kith can't be reached. As of {time}.</Trans>}
      {waiting > 0 && <> <span className="tag"><Trans>Waiting to be sent ({waiting})</Trans></span></>}
      {needsYou > 0 && <> <span className="tag warn"><Plural value={needsYou} one="# needs you" other="# need you" /></span></>}
    </p>
  );
}
