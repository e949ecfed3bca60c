// @vitest-environment node
import fc from "fast-check";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { parseCsv } from "./csv";
import { emptyRow } from "./row";

test("Google's present export is read", () => {
  const text = `First Name,Middle Name,Last Name,Phonetic First Name,Nickname,File As,Organization Name,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Country,Address 1 - Street,Address 1 - City,Address 1 - Region,Address 1 - Postal Code
Ana,,Núñez,,,,,"met at work,
twice",* myContacts,* Home,ana@example.org,Mobile,(617) 555-0123 ::: (617) 555-0199,,,Home,US,1 Elm St,Cambridge,Massachusetts,02139
,,,,Mom,,,,* myContacts,,,Home,617-555-0100,,,,,,,,
,,,,,,Joe's Garage,,,,,,,,,,,,,,
`;
  expect(parseCsv(text)).toEqual([
    { ...emptyRow, first_name: "Ana", last_name: "Núñez", phone: "(617) 555-0123", email: "ana@example.org", city: "Cambridge", state: "MA", zip: "02139" },
    { ...emptyRow, first_name: "Mom", phone: "617-555-0100" },
  ]);
});

test("Google's earlier export, Outlook's export and a full name are read", () => {
  expect(parseCsv("\ufeffName,Given Name,Family Name,E-mail 1 - Value\nAna Lee,Ana,Lee,ana@example.org\n")).toEqual([{ ...emptyRow, first_name: "Ana", last_name: "Lee", email: "ana@example.org" }]);
  expect(parseCsv("First Name,Last Name,E-mail Address,Home Phone,Mobile Phone,Home City,Home State,Home Postal Code\nBo,Lee,bo@example.org,1,2,Portland,ME,04101-0001\n"))
    .toEqual([{ ...emptyRow, first_name: "Bo", last_name: "Lee", email: "bo@example.org", phone: "2", city: "Portland", state: "ME", zip: "04101" }]);
  expect(parseCsv("Nombre completo;Correo\nAna García López;ana@example.org\n")).toEqual([{ ...emptyRow, first_name: "Ana", last_name: "García López", email: "ana@example.org" }]);
});

test("a file without names is not read", () => {
  expect(parseCsv("id,amount\n1,2\n")).toBeUndefined();
  expect(parseCsv("")).toBeUndefined();
});

const cell = fc.string({ unit: fc.constantFrom(..."aZñé,;\"'|\n 7".split("")), maxLength: 12 });

test("parseCsv reads the cells of every row, whatever their order, separators and quotes", () => {
  const headings = ["First Name", "Last Name", "E-mail 1 - Value", "Phone 1 - Value", "Address 1 - City", "Labels"];
  const columns = fc.shuffledSubarray(headings, { minLength: headings.length });
  const rows = fc.array(fc.tuple(cell, cell, cell, cell, cell, cell), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(columns, rows, fc.constantFrom(",", ";", "\t"), fc.constantFrom("\r\n", "\n"), (order, cells, delimiter, newline) => {
    const people = cells.map((row, n) => ({ ...Object.fromEntries(headings.map((heading, column) => [heading, row[column]!])), "First Name": `P${n} ${row[0]}` }) as Record<string, string>);
    const tidy = (text = "") => text.replace(/\s+/g, " ").trim();
    const expected = people.map((person) => ({
      ...emptyRow, first_name: tidy(person["First Name"]), last_name: tidy(person["Last Name"]), email: tidy(person["E-mail 1 - Value"]),
      phone: tidy(person["Phone 1 - Value"]), city: tidy(person["Address 1 - City"]),
    }));
    expect(parseCsv(Papa.unparse({ fields: order, data: people.map((p) => order.map((heading) => p[heading])) }, { delimiter, newline, quotes: true }))).toEqual(expected);
  }));
});

test("parseCsv reads any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => void parseCsv("First Name,Phone\n" + text)));
});
