/** Scale is a vertical axis from 0, with three grid lines above it. */
export interface Scale {
  top: number;
  lines: number[];
}

const steps = [1, 2, 3, 4, 5, 6, 8, 10];

/** scaleOf returns the smallest round axis that holds the largest value. */
export function scaleOf(values: number[]): Scale {
  const third = Math.max(1, ...values) / 3;
  const power = 10 ** Math.floor(Math.log10(third));
  const step = Math.max(1, Math.ceil(steps.find((s) => s * power >= third)! * power));
  return { top: step * 3, lines: [step, step * 2, step * 3] };
}

/** axisOf returns the width that the labels of all scales need, in pixels. */
export const axisOf = (scales: Scale[], label: (n: number) => string) => 14 + 7 * Math.max(...scales.map((scale) => label(scale.top).length));
