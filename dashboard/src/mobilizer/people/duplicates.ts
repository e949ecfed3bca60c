import { queryOptions, type QueryClient } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import type { Result, Write } from "../data/writes";
import type { Outbox } from "../outbox/outbox";
import type { Sent } from "../outbox/pending";

/** DuplicatePair is a contact and another person of the mobilizer who is likely the same. */
export interface DuplicatePair {
  contact: string;
  /** Absent when the other person is not in the campaign. */
  other?: string;
  entry: string;
  /** The other person's name. */
  first_name?: string;
  last_name?: string;
  same: Schemas["LikelyDuplicate"]["same"];
}

type Found = Schemas["LikelyDuplicate"][] | null | undefined;

const pairs = (contact: string | undefined, found: Found): DuplicatePair[] =>
  (contact ? (found ?? []).map(({ contact_id, address_book_entry_id, ...rest }) => ({ contact, other: contact_id, entry: address_book_entry_id, ...rest })) : []);

/** duplicatesOf returns the likely duplicates that the API found when it accepted a write. */
export function duplicatesOf({ write, result }: Sent): DuplicatePair[] {
  if (write.kind === "add") return (result as Result<Extract<Write, { kind: "add" }>>).rows.flatMap(({ id, likely_duplicates }) => pairs(id, likely_duplicates));
  if (write.kind === "match") return pairs(write.contact, (result as { likely_duplicates?: Found }).likely_duplicates);
  return [];
}

const draftName = "duplicates";

const queryKey = (campaign: string) => ["duplicates", campaign];

const read = async (outbox: Outbox) => (await outbox.readDraft<DuplicatePair[]>(draftName)) ?? [];

/** duplicatesQuery reads the likely duplicates that the mobilizer has not decided on, which are kept on the phone. */
export const duplicatesQuery = (campaign: string, outbox: Outbox) => queryOptions({ queryKey: queryKey(campaign), queryFn: () => read(outbox), staleTime: Infinity });

const isSamePair = (a: DuplicatePair) => (b: DuplicatePair) => a.contact === b.contact && a.entry === b.entry;

async function change(queries: QueryClient, campaign: string, outbox: Outbox, next: (present: DuplicatePair[]) => DuplicatePair[]) {
  const changed = next(await read(outbox));
  await outbox.writeDraft(draftName, changed.length > 0 ? changed : undefined);
  queries.setQueryData(queryKey(campaign), changed);
}

/** keepDuplicates keeps the likely duplicates that came with the API's answer to a write. */
export async function keepDuplicates(queries: QueryClient, campaign: string, outbox: Outbox, sent: Sent) {
  const found = duplicatesOf(sent);
  if (found.length > 0) await change(queries, campaign, outbox, (present) => [...present.filter((pair) => !found.some(isSamePair(pair))), ...found]);
}

/** dropDuplicate forgets a pair that the mobilizer has decided on. */
export const dropDuplicate = (queries: QueryClient, campaign: string, outbox: Outbox, pair: DuplicatePair) =>
  change(queries, campaign, outbox, (present) => present.filter((other) => !isSamePair(pair)(other)));
