import { emptyRow, plain, type Row, splitName, stateCode, zipCode } from "./row";

interface Property {
  name: string;
  /** Parameters in upper case, such as "TYPE=CELL". */
  parameters: string[];
  value: string;
}

// Of several numbers or addresses, the one that most likely reaches the person.
const preferredPhone = [/PREF/, /CELL|MOBILE|IPHONE/, /HOME/];
const preferredPlace = [/HOME/, /PREF/];

/** decodeText returns the text of a file: UTF-8 or UTF-16, or else Windows-1252, as older phones write. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** parseVCards reads the people in a file of vCards of version 2.1, 3.0 or 4.0. Cards without a name, phone and email are left out. */
export function parseVCards(text: string): Row[] {
  const rows: Row[] = [];
  let card: Property[] | undefined;
  for (const line of unfold(text)) {
    const property = parseProperty(line);
    if (!property) continue;
    if (property.name === "BEGIN" && /^VCARD$/i.test(property.value.trim())) card = [];
    else if (property.name !== "END") card?.push(property);
    else if (card) {
      const row = rowOf(card);
      if (row.first_name || row.last_name || row.phone || row.email) rows.push(row);
      card = undefined;
    }
  }
  return rows;
}

/** unfold joins continued lines: those that begin with a space, and quoted-printable ones after a soft line break. */
function unfold(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/)) {
    const last = lines.at(-1);
    if (last !== undefined && /^[ \t]/.test(line)) lines[lines.length - 1] = last + line.slice(1);
    else if (last?.endsWith("=") && isQuotedPrintable(last)) lines[lines.length - 1] = last.slice(0, -1) + line;
    else lines.push(line);
  }
  return lines;
}

const isQuotedPrintable = (line: string) => /^[^:]*QUOTED-PRINTABLE[^:]*:/i.test(line);

function parseProperty(line: string): Property | undefined {
  const found = /^(?:[\w-]+\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)$/s.exec(line);
  if (!found) return undefined;
  const parameters = found[2]!.toUpperCase().split(";").slice(1);
  const value = isQuotedPrintable(line) ? decodeQuotedPrintable(found[3]!) : found[3]!;
  return { name: found[1]!.toUpperCase(), parameters, value };
}

function decodeQuotedPrintable(text: string): string {
  const bytes = [...text.matchAll(/=([0-9A-F]{2})|([^=]+|=)/gi)].flatMap(([, hex, rest]) => (hex ? [parseInt(hex, 16)] : [...new TextEncoder().encode(rest)]));
  return decodeText(Uint8Array.from(bytes));
}

/** parts splits a structured value at its semicolons and takes the escapes away. */
const parts = (value: string) =>
  value.replace(/\\(.)|;/g, (found, escaped: string) => (found === ";" ? "\0" : escaped.toLowerCase() === "n" ? " " : escaped)).split("\0").map(plain);

const unescape = (value: string) => parts(value).join(";");

function rowOf(card: Property[]): Row {
  const of = (name: string) => card.filter((property) => property.name === name && property.value.trim() !== "");
  const value = (name: string, order: RegExp[] = []) => unescape(preferred(of(name), order)?.value ?? "");
  const [, , , city = "", region = "", zip = ""] = parts(preferred(of("ADR"), preferredPlace)?.value ?? "");
  return {
    ...emptyRow,
    ...nameOf(card.find(({ name }) => name === "N")?.value ?? "", value("FN"), value("NICKNAME")),
    phone: value("TEL", preferredPhone).replace(/^tel:/i, ""),
    email: value("EMAIL", [/PREF/]).replace(/^mailto:/i, ""),
    city, state: stateCode(region), zip: zipCode(zip),
  };
}

/** nameOf returns the first and the last name of N, or else of FN, or else the nickname. */
function nameOf(structured: string, formatted: string, nickname: string): Partial<Row> {
  const [last_name = "", first_name = ""] = parts(structured);
  if (first_name || last_name) return { first_name, last_name };
  return splitName(formatted.includes("@") ? nickname : formatted || nickname);
}

/** preferred returns the property that fits the earliest pattern, else the first. */
const preferred = (properties: Property[], order: RegExp[]) =>
  order.flatMap((pattern) => properties.filter(({ parameters }) => parameters.some((p) => pattern.test(p))))[0] ?? properties[0];
