import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { importList, invitationsKey, type ListFile, type Report } from "../queries";

/**
 * useImport invites everybody of a list, part by part. After a failure, start goes on where it stopped: each part has the
 * same idempotency key, so that nobody is invited twice.
 */
export function useImport(campaign: string, file: ListFile) {
  const queries = useQueryClient();
  const key = useRef(crypto.randomUUID());
  const [report, setReport] = useState<Report>();
  const [error, setError] = useState<Error | null>(null);
  const [pending, setPending] = useState(false);

  const run = async () => {
    let part = await importList(campaign, file, key.current);
    setReport(part);
    while (part.remaining > 0) {
      part = await importList(campaign, file, key.current);
      setReport(part);
    }
  };
  const start = () => {
    setPending(true);
    setError(null);
    void run()
      .catch((failure: Error) => setError(failure))
      .finally(() => {
        setPending(false);
        void queries.invalidateQueries({ queryKey: invitationsKey(campaign) });
      });
  };
  return { start, report, error, pending, finished: report?.remaining === 0 };
}
