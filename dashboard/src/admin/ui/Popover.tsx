import { useId, useRef, useState, type ReactNode } from "react";
import { place, type Align } from "./place";
import classes from "./Popover.module.css";

/** ButtonProps connect a button with the popover that it opens. */
export interface PopoverButtonProps {
  popoverTarget: string;
  "aria-expanded": boolean;
  ref: React.RefObject<HTMLButtonElement | null>;
}

interface PopoverProps {
  button: (props: PopoverButtonProps) => ReactNode;
  align?: Align;
  /** menu tells screen readers that the popover is a menu, named by label. */
  menu?: boolean;
  label?: string;
  onKeyDown?: (event: React.KeyboardEvent<HTMLDivElement>) => void;
  children: (close: () => void) => ReactNode;
}

/** Popover is the browser's own: Esc and a click elsewhere close it. Its first control takes the focus. */
export function Popover({ button, align, menu, label, onKeyDown, children }: PopoverProps) {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const floating = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const toggled = (event: React.ToggleEvent<HTMLDivElement>) => {
    const opened = event.newState === "open";
    setOpen(opened);
    if (!opened) return;
    place(anchor.current!, event.currentTarget, align);
    event.currentTarget.dataset.placed = "";
    event.currentTarget.querySelector<HTMLElement>("a, button, input")?.focus();
  };
  return (
    <>
      {button({ popoverTarget: id, "aria-expanded": open, ref: anchor })}
      <div ref={floating} id={id} popover="auto" role={menu ? "menu" : undefined} aria-label={label} className={classes.popover} onToggle={toggled} onKeyDown={onKeyDown}>
        {children(() => floating.current?.hidePopover())}
      </div>
    </>
  );
}
