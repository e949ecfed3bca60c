import { useElementScrollRestoration, useLocation } from "@tanstack/react-router";
import { useLayoutEffect, useRef } from "react";

/**
 * useScrollPlace scrolls the page and the table back to where somebody left them, once the rows are there. The router scrolls when a
 * page opens, which is too early for rows that are still to be read. It returns the attributes of the table's region.
 */
export function useScrollPlace(complete: boolean) {
  const id = useLocation().pathname;
  const region = useRef<HTMLDivElement>(null);
  const inPage = useElementScrollRestoration({ getElement: () => window });
  const inRegion = useElementScrollRestoration({ id });
  const waits = useRef(!complete);
  useLayoutEffect(() => {
    if (!complete || !waits.current) return;
    waits.current = false;
    if (inPage) window.scrollTo(inPage.scrollX, inPage.scrollY);
    if (inRegion) region.current?.scrollTo(inRegion.scrollX, inRegion.scrollY);
  }, [complete, inPage, inRegion]);
  return { ref: region, "data-scroll-restoration-id": id };
}
