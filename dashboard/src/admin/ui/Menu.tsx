import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import classes from "./Menu.module.css";
import { Popover, type PopoverButtonProps } from "./Popover";

interface MenuProps {
  label: string;
  button: (props: PopoverButtonProps & { "aria-haspopup": "menu" }) => ReactNode;
  children: (close: () => void) => ReactNode;
}

/** Menu opens below a button. Arrow keys, Home and End walk through its items. */
export function Menu({ label, button, children }: MenuProps) {
  return (
    <Popover menu label={label} onKeyDown={walk} button={(props) => button({ ...props, "aria-haspopup": "menu" })}>{children}</Popover>
  );
}

function walk(event: React.KeyboardEvent<HTMLDivElement>) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
}

interface MenuItemProps {
  /** to makes the item a link. */
  to?: string;
  onClick?: () => void;
  icon?: ReactNode;
  /** end stands at the end of the line. */
  end?: ReactNode;
  /** checked makes the item one choice of several. */
  checked?: boolean;
  current?: boolean;
  lang?: string;
  children: ReactNode;
}

export function MenuItem({ to, onClick, icon, end, checked, current, lang, children }: MenuItemProps) {
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  const content = <>{icon}<span className={classes.text}>{children}</span>{end}</>;
  if (to) return <Link to={to} role={role} tabIndex={-1} className={classes.item} aria-current={current || undefined} onClick={onClick}>{content}</Link>;
  return <button type="button" role={role} tabIndex={-1} lang={lang} aria-checked={checked} className={classes.item} onClick={onClick}>{content}</button>;
}

export const MenuLabel = ({ children }: { children: ReactNode }) => <p className={classes.label} role="presentation">{children}</p>;

export const MenuDivider = () => <hr className={classes.divider} role="separator" />;
