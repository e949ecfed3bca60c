export type Align = "start" | "center" | "end";

const gap = 6;
const edge = 8;

/** place puts a floating element below its anchor, or above it where there is more room, inside the window. */
export function place(anchor: Element, floating: HTMLElement, align: Align = "start") {
  const a = anchor.getBoundingClientRect();
  const { width, height } = floating.getBoundingClientRect();
  const below = a.bottom + gap + height + edge <= innerHeight || a.top < innerHeight - a.bottom;
  const left = { start: a.left, center: a.left + (a.width - width) / 2, end: a.right - width }[align];
  floating.style.top = `${Math.max(edge, below ? a.bottom + gap : a.top - gap - height)}px`;
  floating.style.left = `${Math.max(edge, Math.min(left, innerWidth - width - edge))}px`;
}
