import { useState } from "react";
import { deleteDraft, readDraft, writeDraft } from "../../ui/drafts";

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * useDraft holds the values of a form. What is typed is kept in this tab under the name, so that it survives a reload and
 * a new sign-in. saved are the values that the API holds, or a blank form's.
 */
export function useDraft<T extends object>(name: string, saved: T) {
  const [draft, setDraft] = useState<T>(() => readDraft<T>(name) ?? saved);
  const [base, setBase] = useState(saved);
  const dirty = !same(draft, base);

  const change = (next: T) => {
    setDraft(next);
    if (same(next, base)) deleteDraft(name);
    else writeDraft(name, next);
  };
  return {
    draft, dirty,
    set: (values: Partial<T>) => change({ ...draft, ...values }),
    /** reset forgets what was typed and takes the values given. */
    reset: (values: T = saved) => {
      deleteDraft(name);
      setBase(values);
      setDraft(values);
    },
  };
}
