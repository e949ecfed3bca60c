import { Trans } from "@lingui/react/macro";
import { useLingui } from "@lingui/react";
import { useEffect, useState } from "react";

/** useOnline reports whether the browser has a connection. */
export function useOnline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);
  return online;
}

/** StatusLine says how old the data is when it may be out of date. */
export function StatusLine({ asOf, failed }: { asOf: string; failed: boolean }) {
  const { i18n } = useLingui();
  const online = useOnline();
  const at = new Date(asOf);
  const today = at.toDateString() === new Date().toDateString();
  const time = new Intl.DateTimeFormat(i18n.locale, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(at);
  return (
    <p className="status-line" role="status">
      {!online && <Trans>No connection. As of {time}.</Trans>}
      {online && failed && <Trans>Kith can't be reached. As of {time}.</Trans>}
    </p>
  );
}
