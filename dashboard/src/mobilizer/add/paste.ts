import { emptyRow, hasName, isSurname, plain, type Row, splitName, stateCode, zipCode } from "./row";

const extension = String.raw`(?:\s*(?:ext\.?|x|#)\s*\d{1,6})?`;

// In this order, so that a zip beside a phone number is not read as a part of it.
const patterns: [keyof Row, RegExp][] = [
  ["email", /[^\s,;<>()"|]+@[^\s,;<>()"|]+\.[^\s,;<>()"|]+/g],
  ["phone", new RegExp(String.raw`(?<!\d)(?:\+?1[\s.\-‑]*)?\(?\d{3}\)?[\s.\-‑]*\d{3}[\s.\-‑]*\d{4}(?!\d)` + extension, "gi")],
  ["phone", new RegExp(String.raw`(?:\+|(?<!\d)011)[\d\s().\-‑]{6,}\d` + extension, "gi")],
  ["zip", /(?<!\d)\d{5}(?:-\d{4})?(?!\d)/g],
  ["phone", new RegExp(String.raw`[*#]\d{2,}|(?<!\d)\d[\d\s().\-‑]{5,}\d` + extension, "gi")],
];

const bullet = /^(?:(?:[-*•·–—▪◦☐☑✓]|\[[ x]?\]|\d{1,3}[.)])\s+|\d{1,3}\s+(?=\p{L}))/iu;

const decoration = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}~]|https?:\/\/\S+/gu;

const title = /^(?:(?:dra?|mrs?|ms|prof|srt?a?)\.|miss)\s+/i;

// A message of a chat, as WhatsApp exports it: date, time and, unless it is a note of the app, who wrote it.
const message = /^\[?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.? ?m\.?)?(?:\]| -) (?:([^:]+): )?/i;

// How group chats name the phone's owner.
const self = /^(?:you|tú|tu)$/i;

// Other lines of a group chat's list of members.
const noise = /^(?:(?:group )?admin(?:\. del grupo)?|(?:\d+ )?(?:members?|participants?|miembros|participantes)|online|en línea|(?:last seen|últ\. vez) .*|hey there! i am using .*|¡?hola!? estoy usando .*|you|tú)$/i;

// The kind of a number or address.
const label = /^(?:tel|phone|teléfono|cell?|mobile|móvil|home|work|casa|trabajo|e-?mail|correo)\.?$/i;

/**
 * parsePaste reads people from pasted text, one a line. A line has a name and, in any order, a phone number, an email
 * address, a zip and a city with its state. A line of three or more names, as group chats list them, is as many people, and so is one
 * of several names with their own numbers or addresses. Of a chat, the people who wrote are read, once each.
 */
export function parsePaste(text: string): Row[] {
  const lines = text.split(/\r\n|[\r\n\u2028]/);
  const messages = lines.map((line) => message.exec(plain(line))).filter((found) => found !== null);
  return messages.length > 0 ? [...new Set(messages.map(([, name = ""]) => name))].flatMap(parseLine) : lines.flatMap(parseLine);
}

function parseLine(text: string): Row[] {
  const line = plain(text.replace(/\t/g, " , ").replace(decoration, " ")).replace(bullet, "");
  if (noise.test(line)) return [];
  const people = separate(line);
  return people ? people.flatMap(parseLine) : parsePerson(line);
}

/** separate returns the people of a line that has several names with their own numbers or addresses; undefined for any other line. */
function separate(line: string): string[] | undefined {
  const parts = line.split([";", "|"].find((separator) => line.includes(separator)) ?? ",");
  return parts.length > 1 && parts.every(isReachable) ? parts : undefined;
}

function isReachable(text: string): boolean {
  const [person] = parsePerson(text);
  return person !== undefined && hasName(person) && (person.phone !== "" || person.email !== "");
}

function parsePerson(text: string): Row[] {
  const row = { ...emptyRow };
  let rest = text;
  for (const [field, pattern] of patterns) {
    rest = rest.replace(pattern, (found) => {
      row[field] ||= field === "zip" ? zipCode(found) : found;
      return " , ";
    });
  }
  const pieces = rest.replace(/\([^()]*\)/g, " ").split(/[,;|<>/]|\s[-–—:]+\s/).map((piece) => piece.replace(/^[\s"'():]+|[\s"'():]+$/g, "").replace(title, ""))
    .filter((piece) => /\p{L}/u.test(piece) && !label.test(piece));
  takeTail(row, pieces);
  const names = pieces.filter((piece, n) => n === 0 || !takePlace(row, piece) && !/\d/.test(piece));
  if (isList(names, row)) return text.split(/[,;|]/).flatMap((name) => (self.test(name.trim()) ? [] : parsePerson(name)));
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

/** takeTail reads a state's code, and a city before it, at the end of a name that a zip code follows, such as "Rosa Díaz Portland ME". */
function takeTail(row: Row, pieces: string[]) {
  const words = pieces[0]?.split(" ") ?? [];
  if (!row.zip || words.length < 3 || !/^[A-Z]{2}$/.test(words.at(-1)!) || !stateCode(words.at(-1)!)) return;
  row.state ||= stateCode(words.pop()!);
  if (words.length === 3) row.city ||= words.pop()!;
  pieces[0] = words.join(" ");
}

/** isList reports whether a line names several people, and not one person and a place. */
const isList = (names: string[], row: Row) =>
  names.length >= 3 && (names.some((name) => self.test(name)) ||
    (!row.phone && !row.email && !row.zip && !(names.length === 3 && stateCode(names[2]!) && names[0]!.includes(" "))));

/** nameOf returns the name of one person: "Rosa Díaz", or "Díaz, Rosa", or a name before a city and a state. */
function nameOf([first = "", second = "", third = ""]: string[], row: Row): Partial<Row> {
  if (!second) return splitName(first);
  const state = row.state || stateCode(third);
  const isPlace = !row.city && !isSurname(first.split(" ")) && (state !== "" || row.zip !== "");
  return isPlace ? { ...splitName(first), city: second, state } : { first_name: second, last_name: first };
}
