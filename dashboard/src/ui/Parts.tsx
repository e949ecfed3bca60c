import type { ReactNode } from "react";
import { Breakable } from "./Breakable";
import "./parts.css";

/** Parts are the facts of one line, with a dot between those on the same line. Facts without a value are left out. */
export function Parts({ of }: { of: ReactNode[] }) {
  const shown = of.filter((part) => part !== undefined && part !== null && part !== false && part !== "");
  return <span className="parts">{shown.map((part, n) => <span key={n}>{typeof part === "string" ? <Breakable>{part}</Breakable> : part}</span>)}</span>;
}
