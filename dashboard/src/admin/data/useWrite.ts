import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiError } from "../../api/problem";

interface WriteOptions<Input, Result> {
  /** write makes the request. It sends the key as Idempotency-Key where the API takes one. */
  write: (input: Input, idempotencyKey: string) => Promise<Result>;
  /** changes names the queries whose data the write changes. They are also read again if the API refuses it because something has changed. */
  changes?: QueryKey[];
  onSuccess?: (result: Result, input: Input) => void | Promise<void>;
  onError?: (error: Error) => void;
}

/**
 * useWrite makes a change through the API. While one write runs, submit does nothing, so that a double click writes once.
 * A repeat of the same input after a failure has the same idempotency key: if the first request did arrive, the API
 * answers the repeat with its result.
 */
export function useWrite<Input, Result>({ write, changes = [], onSuccess, onError }: WriteOptions<Input, Result>) {
  const queries = useQueryClient();
  const running = useRef(false);
  const last = useRef({ input: "", key: "" });

  const mutation = useMutation({
    mutationFn: (input: Input) => {
      const text = JSON.stringify(input) ?? "";
      if (last.current.key === "" || last.current.input !== text) last.current = { input: text, key: crypto.randomUUID() };
      return write(input, last.current.key);
    },
    onSuccess: async (result, input) => {
      last.current.key = "";
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })));
      await onSuccess?.(result, input);
    },
    onError: (error) => {
      if (error instanceof ApiError && [404, 409].includes(error.status)) for (const queryKey of changes) void queries.invalidateQueries({ queryKey });
      onError?.(error);
    },
    onSettled: () => {
      running.current = false;
    },
  });

  const submit = (input: Input) => {
    if (running.current) return;
    running.current = true;
    mutation.mutate(input);
  };
  return { submit, error: mutation.error, pending: mutation.isPending, done: mutation.isSuccess, data: mutation.data, reset: mutation.reset };
}
