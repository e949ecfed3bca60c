import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { ApiError } from "../../api/problem";
import { useProblemText } from "./problems";

/** Loading says that a page loads, after a moment: most pages are there before. */
export function Loading() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return <p role="status" className="muted">{late && <Trans>Loading…</Trans>}</p>;
}

interface ProblemProps {
  error: Error;
  retry?: () => void;
}

/** Problem says what is wrong and what to do. */
export function Problem({ error, retry }: ProblemProps) {
  const { title, detail } = useProblemText()(error);
  const requestId = error instanceof ApiError && error.status >= 500 && error.requestId;
  return (
    <div role="alert" className="problem">
      <strong>{title}</strong>
      <p>{detail}</p>
      {requestId && <p className="muted"><Trans>Request {requestId}</Trans></p>}
      {retry && <button type="button" onClick={retry}><Trans>Try again</Trans></button>}
    </div>
  );
}
