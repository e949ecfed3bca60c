import type { ReactNode } from "react";
import { Icon } from "../ui/icons";
import classes from "./SortButton.module.css";

interface SortButtonProps {
  active: boolean;
  descending: boolean;
  onClick: () => void;
  children: ReactNode;
}

/** SortButton is the heading of a column that the API sorts by. Its icon says that it sorts, and how. */
export function SortButton({ active, descending, onClick, children }: SortButtonProps) {
  return (
    <button type="button" className={classes.button} data-active={active || undefined} onClick={onClick}>
      {children}
      <Icon name={!active ? "sort" : descending ? "down" : "up"} size={14} />
    </button>
  );
}
