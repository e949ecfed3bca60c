import { emptyRow, isSurname, plain, type Row, splitName, stateCode, zipCode } from "./row";

const extension = String.raw`(?:\s*(?:ext\.?|x|#)\s*\d{1,6})?`;

// In this order, so that a zip beside a phone number is not read as a part of it.
const patterns: [keyof Row, RegExp][] = [
  ["email", /[^\s,;<>()"|]+@[^\s,;<>()"|]+\.[^\s,;<>()"|]+/g],
  ["phone", new RegExp(String.raw`(?<!\d)(?:\+?1[\s.\-‑]*)?\(?\d{3}\)?[\s.\-‑]*\d{3}[\s.\-‑]*\d{4}(?!\d)` + extension, "gi")],
  ["phone", new RegExp(String.raw`(?:\+|(?<!\d)011)[\d\s().\-‑]{6,}\d` + extension, "gi")],
  ["zip", /(?<!\d)\d{5}(?:-\d{4})?(?!\d)/g],
  ["phone", new RegExp(String.raw`[*#]\d{2,}|(?<!\d)\d[\d\s().\-‑]{5,}\d` + extension, "gi")],
];

const bullet = /^(?:[-*•·–—▪◦☐☑✓]|\[[ x]?\]|\d{1,3}[.)])\s+/i;

// How group chats name the phone's owner.
const self = new Set(["you", "tú", "tu"]);

/**
 * parsePaste reads people from pasted text, one a line. A line has a name and, in any order, a phone number, an email
 * address, a zip and a city with its state. A line of three or more names, as group chats list them, is as many people.
 */
export const parsePaste = (text: string): Row[] => text.split(/\r\n|[\r\n\u2028]/).flatMap(parseLine);

function parseLine(text: string): Row[] {
  const row = { ...emptyRow };
  let rest = plain(text.replace(/\t/g, " , ")).replace(bullet, "");
  for (const [field, pattern] of patterns) {
    rest = rest.replace(pattern, (found) => {
      row[field] ||= field === "zip" ? zipCode(found) : found;
      return " , ";
    });
  }
  const pieces = rest.split(/[,;|<>]|\s[-–—:]+\s/).map((piece) => piece.replace(/^[\s"'():]+|[\s"'():]+$/g, "")).filter((piece) => /\p{L}/u.test(piece));
  const names = pieces.filter((piece, n) => n === 0 || !takePlace(row, piece));
  if (isList(names, row)) return names.filter((name) => !self.has(name.toLowerCase())).map((name) => ({ ...emptyRow, ...splitName(name) }));
  const found = { ...row, ...nameOf(names, row) };
  return Object.values(found).some(Boolean) ? [found] : [];
}

/** takePlace reads a piece that ends in a state's code, such as "Portland ME". It reports whether it was one. */
function takePlace(row: Row, piece: string): boolean {
  const words = piece.split(" ");
  const state = /^(?:US-)?[A-Z]{2}$/.test(words.at(-1)!) ? stateCode(words.pop()!) : "";
  if (!state) return false;
  row.state ||= state;
  row.city ||= words.join(" ");
  return true;
}

/** isList reports whether a line names several people, and not one person and a place. */
const isList = (names: string[], row: Row) =>
  names.length >= 3 && !row.phone && !row.email && !row.zip && !(names.length === 3 && stateCode(names[2]!) && names[0]!.includes(" "));

/** nameOf returns the name of one person: "Rosa Díaz", or "Díaz, Rosa", or a name before a city and a state. */
function nameOf([first = "", second = "", third = ""]: string[], row: Row): Partial<Row> {
  if (!second) return splitName(first);
  const state = row.state || stateCode(third);
  const isPlace = !row.city && !isSurname(first.split(" ")) && (state !== "" || row.zip !== "");
  return isPlace ? { ...splitName(first), city: second, state } : { first_name: second, last_name: first };
}
