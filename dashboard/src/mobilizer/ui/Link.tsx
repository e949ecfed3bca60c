import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { goTo, pathOf, type Route } from "../route";

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  to: Route;
}

const opensElsewhere = (event: MouseEvent) => event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;

/** Link leads to a page of the app. */
export function Link({ to, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || opensElsewhere(event)) return;
    event.preventDefault();
    goTo(pathOf(to));
  };
  return <a {...rest} href={pathOf(to)} onClick={follow} />;
}
