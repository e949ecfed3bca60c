import { useRef, useState } from "react";
import { deleteDraft, readDraft, writeDraft } from "../../ui/drafts";

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * useDraft holds the values of a form. What is typed is kept in this tab under the name, so that it survives a reload and
 * a new sign-in. saved are the values that the API holds, or a blank form's.
 */
export function useDraft<T extends object>(name: string, saved: T) {
  const [draft, setDraft] = useState<T>(() => readDraft<T>(name) ?? saved);
  // A ref, so that a form that was saved can be left at once, before it renders again.
  const state = useRef({ draft, base: saved });

  const show = (next: T, base: T) => {
    state.current = { draft: next, base };
    if (same(next, base)) deleteDraft(name);
    else writeDraft(name, next);
    setDraft(next);
  };
  return {
    draft,
    isDirty: () => !same(state.current.draft, state.current.base),
    set: (values: Partial<T>) => show({ ...state.current.draft, ...values }, state.current.base),
    /** reset forgets what was typed and takes the values given. */
    reset: (values: T = saved) => show(values, values),
  };
}
