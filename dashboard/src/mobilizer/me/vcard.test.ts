// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseVCards } from "../add/vcard";
import { newContact } from "../testing";
import { writeVcards } from "./vcard";

test("a contact becomes a vCard 3.0 with escaped values and folded lines", () => {
  const [card] = [writeVcards([newContact("1", { first_name: "José; Luis", last_name: "Nguyễn, Sr.", preferred_name: "Pepe", phone: "+16175550100", email: "pepe@example.org", city: "Boston", zip: "02139" })])];
  expect(card!.split("\r\n")).toEqual([
    "BEGIN:VCARD", "VERSION:3.0", "N:Nguyễn\\, Sr.;José\\; Luis;;;", "FN:José\\; Luis Nguyễn\\, Sr.", "NICKNAME:Pepe", "TEL;TYPE=CELL:+16175550100",
    "EMAIL:pepe@example.org", "ADR;TYPE=HOME:;;;Boston;;02139;", "END:VCARD", "",
  ]);
});

test("no line is longer than 75 bytes, and no character is cut", () => {
  const name = "ễ".repeat(60);
  const text = writeVcards([newContact("1", { first_name: name })]);
  for (const line of text.split("\r\n")) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(text.replaceAll("\r\n ", "")).toContain(`FN:${name}`);
});

test("a file that the app saved is read back as it was", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abñễ ,;:\\='-".split("")), maxLength: 90 }).map((value) => value.replace(/\s+/g, " ").trim());
  const person = fc.record({ first_name: text.filter(Boolean), last_name: text, city: text, phone: fc.constantFrom("", "+16172530123"), email: fc.constantFrom("", "ana@example.org") });
  fc.assert(fc.property(fc.array(person, { maxLength: 5 }), (people) => {
    const read = parseVCards(writeVcards(people.map((p, n) => newContact(String(n), p))));
    expect(read).toEqual(people.map((p) => ({ ...p, state: "", zip: "" })));
  }));
});
