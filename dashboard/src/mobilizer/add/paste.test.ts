// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePaste } from "./paste";
import { emptyRow, type Row, splitName, stateCode, zipCode } from "./row";

const rosa = { first_name: "Rosa", last_name: "Díaz" };
const helen = { first_name: "Helen", last_name: "Nguyễn" };

const cases: [text: string, ...rows: Partial<Row>[]][] = [
  [""],
  [" \n\t\n- \n"],
  ["Rosa Díaz", rosa],
  ["  Rosa\u00a0Díaz  ", rosa],
  ["Díaz, Rosa", rosa],
  ["de la Cruz, María José", { first_name: "María José", last_name: "de la Cruz" }],
  ["García López, Ana", { first_name: "Ana", last_name: "García López" }],
  ["Mom", { first_name: "Mom" }],
  ["Rosa Díaz ME 04101", { ...rosa, state: "ME", zip: "04101" }],
  ["Rosa Díaz Portland ME 04101", { ...rosa, city: "Portland", state: "ME", zip: "04101" }],
  ["Rosa Díaz Portland ME 04101 (617) 555-0123", { ...rosa, city: "Portland", state: "ME", zip: "04101", phone: "(617) 555-0123" }],
  ["- Rosa Díaz\n• Helen Nguyễn\n3. Mom\n[ ] Bo Lee", rosa, helen, { first_name: "Mom" }, { first_name: "Bo", last_name: "Lee" }],
  ["Rosa Díaz, (617) 555-0123, rosa@example.org, 02139", { ...rosa, phone: "(617) 555-0123", email: "rosa@example.org", zip: "02139" }],
  ["02139 rosa@example.org Rosa Díaz +1 617 555 0123", { ...rosa, phone: "+1 617 555 0123", email: "rosa@example.org", zip: "02139" }],
  ["02139-1234 617-555-0123 Rosa Díaz", { ...rosa, phone: "617-555-0123", zip: "02139" }],
  ["617.555.0123\tRosa Díaz", { ...rosa, phone: "617.555.0123" }],
  ["Díaz, Rosa, 6175550123", { ...rosa, phone: "6175550123" }],
  ["Rosa Díaz <rosa@example.org>", { ...rosa, email: "rosa@example.org" }],
  ["Rosa Díaz: (617) 555-0123 ext. 12", { ...rosa, phone: "(617) 555-0123 ext. 12" }],
  ["\u202a+1 617 555‑0123\u202c Rosa Díaz", { ...rosa, phone: "+1 617 555‑0123" }],
  ["Rosa Díaz 011 44 20 7946 0018", { ...rosa, phone: "011 44 20 7946 0018" }],
  ["Rosa Díaz 555-0123", { ...rosa, phone: "555-0123" }],
  ["Rosa Díaz *86", { ...rosa, phone: "*86" }],
  ["Helen Nguyễn, Portland ME 04101", { ...helen, city: "Portland", state: "ME", zip: "04101" }],
  ["Helen Nguyễn, Portland, ME", { ...helen, city: "Portland", state: "ME" }],
  ["Helen Nguyễn, Portland, Maine", { ...helen, city: "Portland", state: "ME" }],
  ["Helen Nguyễn; South Portland ME; 617-555-0123", { ...helen, city: "South Portland", state: "ME", phone: "617-555-0123" }],
  ["Ana, Ben Ortiz, Carla Ruiz, You", { first_name: "Ana" }, { first_name: "Ben", last_name: "Ortiz" }, { first_name: "Carla", last_name: "Ruiz" }],
  ["Ana, Virginia, Georgia", { first_name: "Ana" }, { first_name: "Virginia" }, { first_name: "Georgia" }],
  ["rosa@example.org", { email: "rosa@example.org" }],
  // As group chats show their members, and with the marks that people give to names.
  ["~ Rosa\n~Rosa Díaz 🌻\n🎉 Helen Nguyễn ❤️", { first_name: "Rosa" }, rosa, helen],
  ["Ana 🇲🇽 +52 55 1234 5678", { first_name: "Ana", phone: "+52 55 1234 5678" }],
  ["+1 (617) 555-0199 ~Luis", { first_name: "Luis", phone: "+1 (617) 555-0199" }],
  ["Ana, ~ Ben, Carla, +1 617-555-0177, You", { first_name: "Ana" }, { first_name: "Ben" }, { first_name: "Carla" }, { phone: "+1 617-555-0177" }],
  ["12 participants\nRosa Díaz\nGroup admin\nonline\nHelen Nguyễn\nlast seen today at 14:05\nHey there! I am using WhatsApp.\nYou", rosa, helen],
  ["5 participantes\nRosa Díaz\nAdmin. del grupo\nen línea\nTú", rosa],
  ["12/03/24, 14:05 - Messages and calls are end-to-end encrypted.\n12/03/24, 14:05 - Rosa Díaz: hi\nhow are you?\n[12/3/24, 2:05:33\u202fPM] ~ Helen Nguyễn: see you, Rosa\n12/03/24, 14:07 - Rosa Díaz: bye\n12/03/24, 14:08 - +1 617-555-0123: who?", rosa, helen, { phone: "+1 617-555-0123" }],
  ["https://chat.example.org/abc", ],
  // Several numbers or people in a line.
  ["Rosa Díaz (work) 617.555.0100 / 617-555-0101", { ...rosa, phone: "617.555.0100" }],
  ["Rosa Díaz 617 555 0100, Helen Nguyễn 617 555 0101", { ...rosa, phone: "617 555 0100" }, { ...helen, phone: "617 555 0101" }],
  ['"Díaz, Rosa" <rosa@example.org>; Helen Nguyễn <helen@example.org>', { ...rosa, email: "rosa@example.org" }, { ...helen, email: "helen@example.org" }],
  ["Tel: 617 555 0155 Rosa Díaz", { ...rosa, phone: "617 555 0155" }],
  ["Rosa Díaz, home 617 555 0155, cell: 617 555 0156", { ...rosa, phone: "617 555 0155" }],
  ["Dr. Helen Nguyễn", helen],
  ["2 Rosa Díaz", rosa],
  ["Rosa Díaz, Apt 4, 12 Main St, Portland ME 04101", { ...rosa, city: "Portland", state: "ME", zip: "04101" }],
];

test.each(cases)("parsePaste(%j)", (text, ...rows) => {
  expect(parsePaste(text)).toEqual(rows.map((row) => ({ ...emptyRow, ...row })));
});

test.each([
  ["Rosa Díaz", "Rosa", "Díaz"], ["Mary Ann Smith", "Mary", "Ann Smith"], ["John Q. Smith", "John Q.", "Smith"], ["Ana García López", "Ana", "García López"],
  ["María José García López", "María José", "García López"], ["José Luis de la Cruz", "José Luis", "de la Cruz"], ["Ana Ruiz y Gil", "Ana", "Ruiz y Gil"],
  ["Al Gore", "Al", "Gore"], ["Ludwig van Beethoven", "Ludwig", "van Beethoven"], ["Mom", "Mom", ""], ["", "", ""],
])("splitName(%j)", (name, first_name, last_name) => {
  expect(splitName(name)).toEqual({ first_name, last_name });
});

test("states are read by code, ISO code and name; zips with and without the last four digits", () => {
  expect(["MA", "us-ma", "Massachusetts", "new  york", "XX", "Bavaria"].map(stateCode)).toEqual(["MA", "MA", "MA", "NY", "", ""]);
  expect(["02139", "02139-1234", "021391234", "2139", "D-10115"].map(zipCode)).toEqual(["02139", "02139", "02139", "", ""]);
});

const word = fc.stringMatching(/^[A-ZÁÉÑ][a-záéíóúñ]{2,8}$/);
const digits = (n: number) => fc.stringMatching(new RegExp(`^[2-9]\\d{${n - 1}}$`));
const phone = fc.tuple(digits(3), digits(3), digits(4), fc.constantFrom("($1) $2-$3", "$1-$2-$3", "$1.$2.$3", "+1 $1 $2 $3", "$1$2$3"))
  .map(([a, b, c, pattern]) => pattern.replace("$1", a).replace("$2", b).replace("$3", c));

test("parsePaste finds the fields of a line in any order", () => {
  const fields = fc.record({ first_name: word, last_name: word, phone, email: fc.constantFrom("ana@example.org", "a.b+c@mail.example.com"), zip: digits(5) });
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
  fc.assert(fc.property(fields, order, fc.constantFrom(", ", "; ", "\t", " | "), fc.boolean(), (row, at, separator, lastFirst) => {
    const name = lastFirst ? `${row.last_name}, ${row.first_name}` : `${row.first_name} ${row.last_name}`;
    const pieces = [name, row.phone, row.email, row.zip];
    expect(parsePaste(at.map((n) => pieces[n]).join(separator))).toEqual([{ ...emptyRow, ...row }]);
  }));
});

test("parsePaste reads any text, and every row has some of it", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
    for (const row of parsePaste(text)) expect(Object.values(row).some((value) => value !== "")).toBe(true);
  }));
});

test("parsePaste reads each line of a list by itself, with bullets, numbers and any line ends", () => {
  const people = fc.array(fc.record({ first_name: word, last_name: word, phone: fc.option(phone, { nil: "" }) }), { minLength: 1, maxLength: 12 });
  const bullet = fc.constantFrom("", "- ", "• ", "[ ] ", "1. ", "12) ", "  ");
  fc.assert(fc.property(people, bullet, fc.constantFrom("\n", "\r\n", "\r", "\n\n"), (rows, mark, end) => {
    const text = rows.map((row) => mark + [`${row.first_name} ${row.last_name}`, row.phone].filter(Boolean).join(", ")).join(end);
    expect(parsePaste(text)).toEqual(rows.map((row) => ({ ...emptyRow, ...row })));
  }));
});
