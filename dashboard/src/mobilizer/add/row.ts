import { states } from "../../ui/states";

/** Row is a person read from a paste, a file or the phone's picker, before they are added. */
export interface Row {
  first_name: string;
  last_name: string;
  /** As read; normalizePhone makes it E.164. */
  phone: string;
  email: string;
  city: string;
  state: string;
  zip: string;
}

export const emptyRow: Row = { first_name: "", last_name: "", phone: "", email: "", city: "", state: "", zip: "" };

// Contacts on iPhones and in web pages wrap numbers in marks for the writing direction.
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f]/g;

/** plain removes invisible characters and makes every white space one space. */
export const plain = (text: string) => text.replace(invisible, "").replace(/[\s\u00a0]+/g, " ").trim();

const particles = new Set(["de", "del", "la", "las", "los", "da", "do", "dos", "das", "di", "van", "von", "der", "den", "ter", "ten", "bin", "ibn", "al", "el", "st", "st.", "san", "santa", "le", "du", "y"]);

const isParticle = (word: string) => particles.has(word.toLowerCase());

/** isSurname reports whether words can only be a last name: one name, or particles and one name. */
export const isSurname = (words: string[]) => words.length > 0 && words.slice(0, -1).every(isParticle);

/**
 * splitName returns the first and the last name of a name as people write it. The last name begins at the first particle,
 * else after the first word and its initials, or in the middle of four and more words.
 */
export function splitName(name: string): Pick<Row, "first_name" | "last_name"> {
  const words = plain(name).split(" ").filter(Boolean);
  const join = (at: number) => ({ first_name: words.slice(0, at).join(" "), last_name: words.slice(at).join(" ") });
  const particle = words.findIndex((word, n) => n > 0 && isParticle(word));
  if (particle > 0 && particle < words.length - 1) return join(isTwoSurnames(words, particle) ? particle - 1 : particle);
  if (words.length >= 4) return join(words.length - 2);
  const initials = words.findIndex((word, n) => n > 0 && !/^\p{L}\.?$/u.test(word));
  return join(Math.max(1, initials));
}

/** isTwoSurnames reports whether the particle joins two surnames, as in "Ana Ruiz y Gil". */
const isTwoSurnames = (words: string[], particle: number) => words[particle]!.toLowerCase() === "y" && particle > 1;

const codes = new Map(Object.entries(states).map(([code, name]) => [name.toLowerCase(), code]));

/** stateCode returns the two-letter code of a US state's code, ISO 3166-2 code or English name; "" for anything else. */
export function stateCode(text: string): string {
  const code = plain(text).toUpperCase().replace(/^US-/, "");
  return code in states ? code : codes.get(plain(text).toLowerCase()) ?? "";
}

/** zipCode returns the five digits of a US zip or zip+4; "" for anything else. */
export const zipCode = (text: string) => /^(\d{5})(?:-?\d{4})?$/.exec(plain(text))?.[1] ?? "";

/** hasName reports whether a row can be added. */
export const hasName = (row: Row) => row.first_name !== "" || row.last_name !== "";
