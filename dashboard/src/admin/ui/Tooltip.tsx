import { useRef, type ReactNode } from "react";
import { place } from "./place";
import classes from "./Tooltip.module.css";

/**
 * Tooltip shows a text beside a control while that is hovered or has the focus; Esc hides it. Screen readers do not read
 * it: the control must have the text as its name or description.
 */
export function Tooltip({ label, children }: { label: string; children: ReactNode }) {
  const anchor = useRef<HTMLSpanElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  const show = () => {
    const element = bubble.current!;
    if (element.matches(":popover-open")) return;
    element.showPopover();
    place(anchor.current!.firstElementChild!, element, "center");
  };
  const hide = () => {
    if (bubble.current?.matches(":popover-open")) bubble.current.hidePopover();
  };
  const hideOnEscape = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") hide();
  };
  return (
    <span ref={anchor} className={classes.anchor} onMouseOver={show} onMouseLeave={hide} onFocus={show} onBlur={hide} onKeyDown={hideOnEscape} onClick={hide}>
      {children}
      <span ref={bubble} popover="manual" aria-hidden className={classes.bubble}>{label}</span>
    </span>
  );
}
