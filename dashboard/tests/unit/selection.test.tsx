import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { actionItemsQuery } from "../../src/admin/data/campaigns";
import { viewsQuery } from "../../src/admin/data/views";
import { useExportColumns } from "../../src/admin/exports/columns";
import type { Export } from "../../src/admin/exports/queries";
import { RowTable } from "../../src/admin/list/RowTable";
import { show } from "./render";

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

vi.stubGlobal("fetch", () => new Promise(() => undefined));

const made = (id: string, rest: Partial<Export>) =>
  ({ id, type: "contacts", status: "ready", rows: 1, expected_rows: 1, percent: 100, requested_by: "Ada", requested_at: "2026-11-29T12:00:00Z", dialect: "data", profile: "standard", compression: "none", ...rest }) as Export;

function History() {
  const rows = [
    made("1", {}), made("2", { filter: "city=Salem&match_status=CONFIRMED&search=lee" }), made("3", { view_id: "v1", filter: "has_notes=true" }),
    made("4", { type: "specific_action_item_responses", action_item_id: "a1" }), made("5", { type: "notes", requested_by: "nightly", requested_by_service_token: true }),
  ];
  return <RowTable label="Exports" columns={useExportColumns()} rows={rows} rowId={(e) => e.id} />;
}

test("the history of exports says which rows each file has", async () => {
  await show(<History />, "/", {}, (queries) => {
    queries.setQueryData(actionItemsQuery("c1").queryKey, { items: [{ id: "a1", title: "Ask Bo to vote early", type: "TASK" }] } as never);
    queries.setQueryData(viewsQuery("c1").queryKey, { items: [{ id: "v1", name: "With notes" }] } as never);
  });
  expect((await screen.findAllByRole("rowheader")).map((cell) => cell.textContent)).toEqual([
    "ContactsAll rows", "ContactsFiltered rows", "ContactsView: With notes",
    "Responses to one action itemAsk Bo to vote early", "Notes",
  ]);
  expect(screen.getByRole("row", { name: /^Notes.* nightly \(service token\)/ })).toBeTruthy();
  expect(screen.getByRole("link", { name: "Filtered rows" }).getAttribute("href")).toBe("/c/c1/people/contacts?city=Salem&match_status=CONFIRMED&search=lee");
});
