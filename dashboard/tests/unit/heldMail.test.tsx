import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { MailStatus } from "../../src/admin/data/mail";
import { HeldMail } from "../../src/admin/invitations/HeldMail";
import { NewLimit } from "../../src/admin/invitations/import/NewLimit";
import { show } from "./render";

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

const sending = { status: "sending", counted_since: "2026-11-01T00:00:00Z", sent: 100, bounced: 9, limits: { bounce_rate: 0.05, complaint_rate: 0.001 } } as MailStatus;
const stopped = { ...sending, status: "stopped", stopped_at: "2026-11-03T15:00:00Z", stop_reason: "bounces", message: "The API's own words." } as MailStatus;

/** serve answers for the mail status of an organization, which an owner can resume, and returns the requests that change it. */
function serve(mail: MailStatus) {
  const writes: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "POST") {
      writes.push(new URL(request.url).pathname);
      mail = sending;
    }
    return Response.json(mail);
  });
  return writes;
}

test("held email says why in the reader's language, and an owner resumes it there", async () => {
  const writes = serve(stopped);
  await show(<HeldMail />);
  expect(await screen.findByText("Email is on hold")).toBeTruthy();
  expect(screen.getByText(/^On hold since November 3, 2026 at .*: too many emails bounced; the limit is 5\.0 %/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Resume" }));
  await waitFor(() => expect(screen.queryByText("Email is on hold")).toBeNull());
  expect(writes).toEqual(["/v1/admin/organizations/o1/mail/resume"]);
  expect(screen.getByText("Email goes out again")).toBeTruthy();
});

test("an admin who is no owner sees why email is held, and who can resume it", async () => {
  const writes = serve(stopped);
  await show(<HeldMail />, "/", { owner: false });
  const resume = await screen.findByRole("button", { name: /^Resume/ });
  expect(resume.getAttribute("aria-disabled")).toBe("true");
  expect(document.getElementById(resume.getAttribute("aria-describedby")!)?.textContent).toBe("Only owners can do this.");
  fireEvent.click(resume);
  expect(writes).toEqual([]);
});

test("email that the operator holds says so, without a button", async () => {
  serve({ ...sending, status: "waiting", wait_reason: "service_stopped" } as MailStatus);
  await show(<HeldMail />);
  expect(await screen.findByText(/The operator of Kith has stopped all email/)).toBeTruthy();
  expect(screen.queryByRole("button")).toBeNull();
});

test("a new organization reads before sending how many of its emails leave now", async () => {
  serve({ ...sending, new_organization: { sent: 20, sent_at_most: 50, accepted: 3, accepted_until: 10 } } as MailStatus);
  await show(<><NewLimit people={31} /><div data-testid="few"><NewLimit people={30} /></div></>);
  expect(await screen.findByText("Up to 30 emails leave now")).toBeTruthy();
  expect(screen.getByText("Your organization is new. The other emails wait, and leave once 10 invitations are accepted.")).toBeTruthy();
  expect(screen.getByTestId("few").textContent).toBe("");
});
