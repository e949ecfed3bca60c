import { useId, type ReactNode } from "react";
import classes from "./TabLinks.module.css";

interface Tab {
  id: string;
  label: string;
  panel: ReactNode;
}

interface TabsProps {
  label: string;
  tabs: Tab[];
  current: string;
  onChoose: (id: string) => void;
}

/** Tabs shows one of several panels. Arrow keys walk through the tabs. */
export function Tabs({ label, tabs, current, onChoose }: TabsProps) {
  const base = useId();
  const at = Math.max(0, tabs.findIndex((tab) => tab.id === current));
  const walk = (event: React.KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    onChoose(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };
  return (
    <>
      <div role="tablist" aria-label={label} className={classes.tabs} onKeyDown={walk}>
        {tabs.map((tab, n) => (
          <button key={tab.id} type="button" role="tab" id={`${base}-${tab.id}`} aria-selected={n === at} aria-controls={`${base}-panel`} tabIndex={n === at ? 0 : -1} className={classes.tab} onClick={() => onChoose(tab.id)}>{tab.label}</button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${tabs[at]!.id}`} className={classes.panel}>{tabs[at]!.panel}</div>
    </>
  );
}
