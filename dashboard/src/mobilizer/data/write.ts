import type { QueryClient } from "@tanstack/react-query";
import { updateCopy } from "./campaign";
import { withResult } from "./overlay";
import { sendWrite, type Result, type Write } from "./writes";

/** write makes a write through the API and applies it to the copy. It fails like sendWrite. */
export async function write<W extends Write>(queries: QueryClient, campaign: string, change: W): Promise<Result<W>> {
  const result = await sendWrite(campaign, change, crypto.randomUUID());
  await updateCopy(queries, campaign, (copy) => withResult(copy, change, result));
  return result;
}
