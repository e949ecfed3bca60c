import { useEffect, useRef } from "react";

const storageKey = "kith-shortcuts";

/** shortcutsOn reports whether shortcuts of a single key are in use in this browser. */
export const shortcutsOn = () => localStorage.getItem(storageKey) !== "off";

/** setShortcuts turns shortcuts of a single key on or off in this browser. */
export const setShortcuts = (on: boolean) => localStorage.setItem(storageKey, on ? "on" : "off");

/**
 * useShortcut calls a function when a key is pressed outside of fields and dialogs, unless shortcuts are off. WCAG 2.1.4
 * demands the switch: speech input types single keys by accident.
 */
export function useShortcut(key: string, run: () => void) {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!shortcutsOn() || (event.target as Element).closest("input, textarea, select, dialog, [contenteditable]")) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [key]);
}
