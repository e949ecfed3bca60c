import type { Contact } from "../data/campaign";

const escaped = (text: string) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** folded breaks a line after at most 75 bytes of UTF-8, never within a character. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  let current = "";
  let size = 0;
  for (const character of line) {
    const bytes = encoder.encode(character).length;
    if (size + bytes > 75) {
      lines.push(current);
      [current, size] = [" ", 1];
    }
    current += character;
    size += bytes;
  }
  return [...lines, current].join("\r\n");
}

function cardOf(contact: Contact): string[] {
  const { first_name: first = "", last_name: last = "", preferred_name: preferred, city = "", state = "", zip = "", phone, email } = contact;
  const name = [first || preferred, last].filter(Boolean).join(" ");
  return [
    "BEGIN:VCARD", "VERSION:3.0", `N:${escaped(last)};${escaped(first)};;;`, `FN:${escaped(name)}`,
    ...(preferred ? [`NICKNAME:${escaped(preferred)}`] : []),
    ...(phone ? [`TEL;TYPE=CELL:${escaped(phone)}`] : []),
    ...(email ? [`EMAIL:${escaped(email)}`] : []),
    ...(city || state || zip ? [`ADR;TYPE=HOME:;;;${escaped(city)};${escaped(state)};${escaped(zip)};`] : []),
    "END:VCARD",
  ];
}

/** writeVcards returns contacts as a vCard 3.0 file. */
export const writeVcards = (contacts: Contact[]) => contacts.flatMap(cardOf).map((line) => folded(line) + "\r\n").join("");
