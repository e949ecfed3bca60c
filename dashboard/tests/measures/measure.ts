import { appendFileSync } from "node:fs";

/** measure prints one row of the table of make bench, and adds it to the file that KITH_MEASURES names. */
export function measure(what: string, measured: string, target: string, met: boolean) {
  console.log(`${what}: ${measured}, target ${target}`);
  if (process.env.KITH_MEASURES) appendFileSync(process.env.KITH_MEASURES, JSON.stringify({ what, measured, target, met }) + "\n");
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** measureTime is measure for a time with a limit, both in milliseconds. more is said behind the time. */
export const measureTime = (what: string, milliseconds: number, limit: number, more = "") =>
  measure(what, seconds(milliseconds) + more, `≤ ${seconds(limit)}`, milliseconds <= limit);
