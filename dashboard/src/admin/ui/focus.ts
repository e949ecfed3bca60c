import { useEffect, useRef } from "react";

const controls = "a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled)";

/**
 * rememberPlace remembers where a control is, and returns a function that gives it the focus again. If the control is gone by then,
 * the focus goes to the row in its place, or to the heading above.
 */
export function rememberPlace(control: Element | null): () => void {
  const row = control?.closest("tr, li, article, [data-row]");
  const list = row?.parentElement;
  const at = row && list ? [...list.children].indexOf(row) : 0;
  const heading = control?.closest("section")?.querySelector("h2");
  return () => {
    if (control instanceof HTMLElement && control.isConnected) control.focus();
    if (control?.isConnected && document.activeElement === control) return;
    const rows = list?.isConnected ? [...list.children] : [];
    const next = rows[Math.min(at, rows.length - 1)];
    const inRow = next?.matches(controls) ? next : (next?.querySelector(controls) ?? next?.querySelector("th"));
    const target = inRow ?? (heading?.isConnected ? heading : document.querySelector("main h1"));
    if (!(target instanceof HTMLElement)) return;
    if (!target.matches(controls)) target.tabIndex = -1;
    target.focus();
  };
}

/** useNextFocus returns a function that gives the focus to the element with an id, once what is about to change is shown. */
export function useNextFocus() {
  const next = useRef<string>(undefined);
  useEffect(() => {
    if (next.current) document.getElementById(next.current)?.focus();
    next.current = undefined;
  });
  return (id: string) => {
    next.current = id;
  };
}

/** useEditFocus moves the focus into a form that opens in place of what it edits, and back to Edit when the form closes. */
export function useEditFocus(editing: boolean) {
  const edit = useRef<HTMLButtonElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    if (editing) body.current?.querySelector<HTMLElement>("input:not(:disabled), textarea")?.focus();
    else if (opened.current) edit.current?.focus();
    opened.current = true;
  }, [editing]);
  return { edit, body };
}
