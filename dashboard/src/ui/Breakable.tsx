import { Fragment } from "react";

/** Email addresses may break after @ and their dots, and nowhere else as long as the parts fit. */
const breaks = /(?<=@)|(?<=\.)(?=\S*@)|(?<=@\S*\.)(?=\S)/;

/** Breakable is a text whose email addresses break well when they don't fit on a line. */
export const Breakable = ({ children }: { children: string }) => children.split(breaks).map((part, n) => <Fragment key={n}>{n > 0 && <wbr />}{part}</Fragment>);
