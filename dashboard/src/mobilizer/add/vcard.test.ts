// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyRow, type Row } from "./row";
import { decodeText, parseVCards } from "./vcard";

const card = (...lines: string[]) => ["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n");

const cases: [name: string, text: string, ...rows: Partial<Row>[]][] = [
  ["iPhone, version 3.0", card(
    "VERSION:3.0", "PRODID:-//Apple Inc.//iPhone OS 18.1//EN", "N:Lee;Ana;;;", "FN:Ana Lee", "EMAIL;type=INTERNET;type=HOME;type=pref:ana@example.org",
    "TEL;type=WORK;type=VOICE:+1 617-555-0100", "TEL;type=CELL;type=VOICE;type=pref:\u202a+1 617-555-0123\u202c",
    "item1.ADR;type=HOME;type=pref:;;1 Elm St;Cambridge;Massachusetts;02139-1234;USA", "item1.X-ABADR:us", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg", " ABAQAAAQABAAD",
  ), { first_name: "Ana", last_name: "Lee", phone: "+1 617-555-0123", email: "ana@example.org", city: "Cambridge", state: "MA", zip: "02139" }],
  ["Android, version 2.1 with quoted-printable and a soft line break", card(
    "VERSION:2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Nguy=E1=BB=85n;H=C3=\r\n=A9l=C3=A8ne;;;", "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:H=C3=A9l=C3=A8ne Nguy=E1=BB=85n", "TEL;HOME:6175550100", "TEL;CELL:617-555-0123",
  ), { first_name: "Hélène", last_name: "Nguyễn", phone: "617-555-0123" }],
  ["Google, version 3.0 with groups", card(
    "VERSION:3.0", "FN:Rosa Díaz", "N:Díaz;Rosa;María;;", "item1.EMAIL;TYPE=INTERNET:rosa@example.org", "item1.X-ABLabel:", "TEL:+16175550123", "item2.ADR:;;;Portland;ME;04101;US", "CATEGORIES:myContacts",
  ), { first_name: "Rosa", last_name: "Díaz", phone: "+16175550123", email: "rosa@example.org", city: "Portland", state: "ME", zip: "04101" }],
  ["version 4.0 with URIs and preferences", card(
    "VERSION:4.0", "FN:Bo Lee", "N:Lee;Bo;;;", "TEL;TYPE=home;VALUE=uri:tel:+1-617-555-0100", 'TEL;PREF=1;VALUE=uri;TYPE="voice,cell":tel:+1-617-555-0123', "EMAIL:bo@example.org",
  ), { first_name: "Bo", last_name: "Lee", phone: "+1-617-555-0123", email: "bo@example.org" }],
  ["folded inside a word, escapes", card("VERSION:3.0", "N:O\\;Neil\\, Jr.;Shau", " n;;;", "FN:x"), { first_name: "Shaun", last_name: "O;Neil, Jr." }],
  ["no N", card("VERSION:3.0", "FN:María José García López", "TEL:1"), { first_name: "María José", last_name: "García López", phone: "1" }],
  ["a nickname alone", card("VERSION:3.0", "N:;;;;", "FN:mom@example.org", "NICKNAME:Mom", "EMAIL:mom@example.org"), { first_name: "Mom", email: "mom@example.org" }],
  ["no name", card("VERSION:3.0", "N:;;;;", "FN:", "ORG:Joe's Garage;", "TEL:617-555-0123"), { phone: "617-555-0123" }],
  ["nothing to reach or name", card("VERSION:3.0", "N:;;;;", "FN:", "ORG:Joe's Garage;")],
  ["several cards, Unix line ends, lower case", card("version:3.0", "n:Lee;Ana;;;").replaceAll("\r\n", "\n").toLowerCase() + card("N:Lee;Bo;;;"), { first_name: "ana", last_name: "lee" }, { first_name: "Bo", last_name: "Lee" }],
  ["no vCard", "First Name,Last Name\nAna,Lee\n"],
  ["a card that is cut off", card("N:Lee;Ana;;;") + "BEGIN:VCARD\r\nN:Lee;Bo;;;", { first_name: "Ana", last_name: "Lee" }],
];

test.each(cases)("parseVCards: %s", (_, text, ...rows) => {
  expect(parseVCards(text)).toEqual(rows.map((row) => ({ ...emptyRow, ...row })));
});

test("files are read as UTF-8, UTF-16 or Windows-1252", () => {
  const utf16 = Uint8Array.from([0xff, 0xfe, ...[..."Díaz"].flatMap((c) => [c.charCodeAt(0), 0])]);
  expect([new TextEncoder().encode("\ufeffDíaz"), utf16, Uint8Array.from([0x44, 0xed, 0x61, 0x7a])].map(decodeText)).toEqual(["Díaz", "Díaz", "Díaz"]);
});

const value = fc.string({ unit: fc.constantFrom(..."abñé ,;:\\=\"'-".split("")), minLength: 1, maxLength: 30 });
const escaped = (text: string) => text.replace(/[\\,;]/g, "\\$&");
const quoted = (text: string) => [...new TextEncoder().encode(text)].map((b) => "=" + b.toString(16).toUpperCase().padStart(2, "0")).join("");
const fold = (line: string, width: number, joint: string) => line.match(new RegExp(`.{1,${width}}`, "gsu"))!.join(joint);

test("parseVCards reads a name however it is folded and encoded", () => {
  fc.assert(fc.property(value, value, fc.integer({ min: 5, max: 75 }), fc.boolean(), (first, last, width, isQuoted) => {
    const names = `${escaped(last)};${escaped(first)};;;`;
    const line = isQuoted ? "N;ENCODING=QUOTED-PRINTABLE:" + fold(quoted(names), width * 3, "=\r\n") : fold("N:" + names, width, "\r\n ");
    const tidy = (text: string) => text.replace(/\s+/g, " ").trim();
    const rows = parseVCards(card(line, "TEL:1"));
    if (tidy(first) || tidy(last)) expect(rows).toEqual([{ ...emptyRow, first_name: tidy(first), last_name: tidy(last), phone: "1" }]);
  }));
});

test("parseVCards reads any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => void parseVCards(card(text))));
});
