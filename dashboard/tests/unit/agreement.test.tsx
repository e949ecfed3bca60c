import { screen } from "@testing-library/react";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Schemas } from "../../src/api/client";
import { useComparedFields } from "../../src/admin/people/agreement";
import { MatchLog } from "../../src/admin/people/MatchLog";
import { show } from "./render";

test("the match audit names each field that was compared and how it agreed", async () => {
  const event = { at: "2026-11-03T17:00:00.000Z", canonical_voter_id: "V1", method: "search", levels: "same,sound,zip:area,-,-,household" } as Schemas["MatchEvent"];
  await show(<MatchLog events={[event]} />);
  const cell = screen.getByText("First name: the same").closest("td")!;
  expect([...cell.querySelectorAll("p")].map((line) => line.textContent)).toEqual([
    "First name: the same", "Last name: sounds alike", "Place: zip code nearby", "Household: lives with the mobilizer or a matched contact",
  ]);
});

test("every level of agreement of matching has words", async () => {
  const source = readFileSync("../internal/voter/match/level.go", "utf8");
  const levels = (name: string) => [...new RegExp(`${name}Levels\\s+= \\[\\]string\\{"", (.*)\\}`).exec(source)![1]!.matchAll(/"([^"]+)"/g)].map((m) => m[1]!);
  let named: string[][] = [];
  function Fields() {
    named = useComparedFields().map((field) => Object.keys(field.levels).sort());
    return null;
  }
  await show(<Fields />);
  expect(named.slice(0, 5)).toEqual(["first", "last", "place", "year", "street"].map((name) => levels(name).sort()));
});
