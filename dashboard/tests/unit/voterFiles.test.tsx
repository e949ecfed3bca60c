import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { VoterFile } from "../../src/admin/organization/queries";
import { VoterFileTable } from "../../src/admin/organization/voterFiles/VoterFileTable";
import { show } from "./render";

vi.mock("../../src/admin/shell/OrganizationShell", () => ({ useOrganization: () => ({ organization: { id: "o1", name: "Riverbend" }, owner: true }) }));

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

vi.mock("../../src/admin/organization/voterFiles/files", async (original) => ({
  ...(await original<object>()),
  getReview: async () => ({
    voters_now: 10_000, voters_after: 7_700, rows: 8_000, rejected: 300, reasons: [{ reason: "state_file_id is empty.", rows: 300 }],
    rejects: [{ line: 17, reason: "state_file_id is empty.", row: ",Ann,Lee" }],
    missing: [{ canonical_voter_id: "OH7", first_name: "BO", last_name: "HILL", city: "DAYTON", zip: "45402" }],
  }),
}));

const file = (rest: Partial<VoterFile>): VoterFile =>
  ({ id: "f1", state: "OH", status: "ready", mode: "replace", percent: 100, bytes: 1, rows: 0, imported: 0, rejected: 0, left_out: 0, warnings: 0, created_by: "Ana", created_at: "2026-11-29T12:00:00Z", ...rest });

test("a file that needs confirmation shows what the state would lose and what was rejected, with samples", async () => {
  const user = userEvent.setup();
  await show(<VoterFileTable files={[file({ status: "needs_confirmation", rows: 8_000, imported: 7_700, rejected: 300, warnings: 12 })]} />);
  expect(screen.getByText("12 zip codes were shortened or left empty.")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Use it" }));
  expect(await screen.findByText("Voters of OH now: 10,000; with this file: 7,700. Rejected: 300 of 8,000 rows.")).toBeTruthy();
  expect(screen.getByRole("row", { name: "BO HILL DAYTON, 45402 Voter ID OH7" })).toBeTruthy();
  expect(screen.getByRole("row", { name: "17 state_file_id is empty. ,Ann,Lee" })).toBeTruthy();
});

test("a file whose columns are unknown can be mapped or discarded", async () => {
  await show(<VoterFileTable files={[file({ status: "needs_mapping" })]} />);
  expect(screen.getByRole("button", { name: "Choose the columns" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Discard" })).toBeTruthy();
});
