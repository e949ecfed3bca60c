import type { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client";
import { administratorsQuery, voterFilesQuery } from "../../src/admin/data/organization";
import { useComparedFields } from "../../src/admin/people/agreement";
import { MatchLog } from "../../src/admin/people/MatchLog";
import { show } from "./render";

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

const at = "2026-11-03T17:00:00.000Z";

const list = (items: unknown[]) => ({ items }) as never;

const fill = (queries: QueryClient) => {
  queries.setDefaultOptions({ queries: { staleTime: Infinity } });
  queries.setQueryData(voterFilesQuery("o1").queryKey, list([{ id: "f1", state: "MA", created_at: at }]));
  queries.setQueryData(administratorsQuery("o1").queryKey, list([{ user_id: "u2", name: "Ada Demo" }]));
};

test("the match audit names each field that was compared and how it agreed", async () => {
  const event = { at, canonical_voter_id: "V1", method: "search", levels: "same,sound,zip:area,-,-,household" } as Schemas["MatchEvent"];
  await show(<MatchLog events={[event]} mobilizer="Ann Lee" />, "/", {}, fill);
  const cell = screen.getByText("First name: the same").closest("td")!;
  expect([...cell.querySelectorAll("p")].map((line) => line.textContent)).toEqual([
    "First name: the same", "Last name: sounds alike", "Place: zip code nearby", "Household: lives with the mobilizer or a matched contact",
  ]);
});

test("the match audit names voters, voter files and people instead of ids", async () => {
  const events = [
    { at, canonical_voter_id: "MA-W1", method: "search", user_id: "u1", voter_file_id: "f1", weights: "3" },
    { at: "2026-11-04T17:00:00.000Z", canonical_voter_id: "MA-W2", method: "suggestion", user_id: "u2", voter_file_id: "f1" },
  ] as Schemas["MatchEvent"][];
  const voter = { canonical_voter_id: "MA-W2", state_file_id: "W2", first_name: "BO", last_name: "DIAZ", matched_at: at };
  await show(<MatchLog events={events} voter={voter} mobilizer="Ann Lee" />, "/", {}, fill);
  const [, first, second] = screen.getAllByRole("row").map((row) => row.textContent);
  expect(first).toContain("Voter ID MA-W1voter file of MA, Nov 3, 2026searchAnn Lee");
  expect(second).toContain("BO DIAZVoter ID W2voter file of MA, Nov 3, 2026suggestionAda Demo");
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
