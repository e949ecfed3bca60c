// @vitest-environment node
import { expect, test } from "vitest";
import { findDuplicates } from "./duplicates";
import { phoneReader } from "./phone";

test("the same name, phone number or email address is a likely duplicate", () => {
  const present = [{ first_name: "José", last_name: "Núñez", preferred_name: "Pepe" }, { first_name: "Ana", phone: "+16175550123" }];
  const rows = [
    { first_name: "jose", last_name: "NUNEZ" }, { first_name: "Pepe", last_name: "Núñez" }, { first_name: "José", last_name: "Ruiz" },
    { first_name: "Anna", phone: "+16175550123" }, { first_name: "Bo", email: "Bo@example.org" }, { first_name: "B.", email: "bo@example.org" }, { last_name: "Ruiz" }, {},
  ];
  expect(findDuplicates(rows, present)).toEqual(["name", "name", undefined, "phone", undefined, "email", undefined, undefined]);
});

test("phone numbers are read as people write them in the US", async () => {
  const read = await phoneReader();
  const cases = {
    "(617) 253-0123": "+16172530123", "\u202d(617) 253-0123\u202c": "+16172530123", "\u200e617\u202f253\u20090123": "+16172530123",
    "011 44 20 7946 0018": "+442079460018", "+52 55 1234 5678": "+525512345678",
  };
  for (const [text, phone] of Object.entries(cases)) expect(read(text), text).toEqual({ phone });
  expect(read("(617) 253-0123 ext. 12")).toEqual({ phone: "+16172530123", problem: "extension" });
  expect(["*86", "253-0123", "call me"].map(read)).toEqual(Array(3).fill({ phone: "", problem: "invalid" }));
  expect(read(" ")).toEqual({ phone: "" });
});
