import type { Row } from "./row";

export interface Comparable extends Partial<Pick<Row, "first_name" | "last_name" | "phone" | "email">> {
  preferred_name?: string;
}

export type Duplicate = "name" | "phone" | "email";

const bare = (text = "") => text.normalize("NFD").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

/** keysOf returns what a person has in common with a duplicate: the name, the phone number in E.164 format, the email address. */
function keysOf({ first_name, last_name, preferred_name, phone, email }: Comparable): [Duplicate, string][] {
  const names = [first_name, preferred_name].filter(Boolean).map((first) => bare(first) + " " + bare(last_name));
  if (names.length === 0 && last_name) names.push(" " + bare(last_name));
  const keys: [Duplicate, string][] = names.map((name) => ["name", name]);
  if (phone) keys.push(["phone", phone]);
  if (email) keys.push(["email", email.trim().toLowerCase()]);
  return keys;
}

/**
 * findDuplicates returns, for each row, why it is likely one of the present people or of the rows before it: the same name
 * without case and accents, phone number or email address. Undefined if it is not.
 */
export function findDuplicates(rows: Comparable[], present: Comparable[]): (Duplicate | undefined)[] {
  const seen = new Set(present.flatMap(keysOf).map((key) => key.join(":")));
  return rows.map((row) => {
    const keys = keysOf(row);
    const found = keys.find((key) => seen.has(key.join(":")));
    keys.forEach((key) => seen.add(key.join(":")));
    return found?.[0];
  });
}
