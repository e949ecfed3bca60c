import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { sessionQuery } from "../../src/admin/data/session";
import { OfflineBanner } from "../../src/admin/shell/OfflineBanner";
import { NotFound, PageError } from "../../src/admin/shell/PageError";
import { ShortcutHelp } from "../../src/admin/shell/ShortcutHelp";
import { SignedOutDialog } from "../../src/admin/shell/SignedOutDialog";
import { useShortcut } from "../../src/admin/ui/shortcuts";
import { ErrorState } from "../../src/admin/ui/State";
import { api, send } from "../../src/api/client";
import { ApiError } from "../../src/api/problem";
import { show } from "./render";

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

const user = userEvent.setup();

const refusal = (status: number, code: string) => new ApiError({ status, code, title: "", type: "about:blank", detail: "Refused." }, "request-1");

test("a lost connection shows a banner until it is back", async () => {
  await show(<OfflineBanner />);
  act(() => void window.dispatchEvent(new Event("offline")));
  expect(screen.getByText(/You are offline/)).toBeTruthy();
  act(() => void window.dispatchEvent(new Event("online")));
  expect(screen.queryByText(/You are offline/)).toBeNull();
});

test("a sign-in that has ended and can't be renewed asks for another one", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ message: "Unauthorized" }, { status: 401 }));
  await show(<SignedOutDialog />);
  await expect(send(() => api.GET("/v1/session"))).rejects.toMatchObject({ status: 401, code: "unauthenticated" });
  expect(await screen.findByText("Your sign-in has ended")).toBeTruthy();
  expect(screen.getByText(/What you typed on this page is kept/)).toBeTruthy();
});

test.each([
  [refusal(403, "forbidden"), "You can't do this", false],
  [refusal(409, "conflict"), "This can't be done now", true],
  [refusal(500, "internal"), "Kith is not available", true],
])("a refusal says what is wrong, and names the request: %s", async (error, title, retry) => {
  await show(<ErrorState error={error} retry={vi.fn()} />);
  expect(screen.getByRole("alert").textContent).toContain(title);
  expect(screen.getByText("Request request-1")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" }) !== null).toBe(retry);
});

test.each([
  ["too_many_invitations", "You have sent as many invitations today as one person may. Try again from November 3, 2026 at 7:00 PM (Eastern Time) on."],
  ["too_many_requests", "Wait until November 3, 2026 at 7:00 PM (Eastern Time), then try again."],
])("a limit names the time at which it ends, in the campaign's time zone: %s", async (code, words) => {
  const limit = new ApiError({ status: 429, code, title: "", type: "about:blank", detail: "Try again after midnight UTC.", at: "2026-11-04T00:00:00.000Z" });
  await show(<ErrorState error={limit} />);
  expect(screen.getByText(words)).toBeTruthy();
});

test("something that the signed-in person may not see names their address", async () => {
  await show(<ErrorState error={refusal(404, "not_found")} />, "/", {}, (queries) => queries.setQueryData(sessionQuery.queryKey, { user: { email: "maria@example.org" } } as never));
  expect(screen.getByRole("alert").textContent).toContain("There is nothing here for maria@example.org.");
  expect(screen.getByRole("button", { name: "Sign in with another address" })).toBeTruthy();
});

test("an unknown address and a page that fails have a way out", async () => {
  await show(<NotFound />);
  expect(screen.getByRole("heading", { level: 1, name: "We can't find this page" })).toBeTruthy();
  expect(screen.getByRole("link", { name: "Go to the start" }).getAttribute("href")).toBe("/");
  await show(<PageError error={new Error("broken")} />);
  expect(screen.getByRole("heading", { level: 1, name: "Something went wrong" })).toBeTruthy();
  expect(screen.getByRole("alert").textContent).toContain("Reload it");
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("a tab from before a deployment reloads once, and not again within a minute", async () => {
  const reload = vi.spyOn(location, "reload").mockImplementation(() => undefined);
  history.replaceState(null, "", "/j/fall-turnout");
  document.body.insertAdjacentHTML("beforeend", '<div id="root"></div><template id="join"><main></main></template>');
  await import("../../src/start");
  const missing = () => {
    const event = new Event("vite:preloadError", { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect([missing(), missing()]).toEqual([true, false]);
  expect(reload).toHaveBeenCalledTimes(1);
});

test("shortcuts that were turned off stay off in this browser", async () => {
  const search = vi.fn();
  function Shortcuts() {
    useShortcut("/", search);
    return <ShortcutHelp opened onClose={vi.fn()} />;
  }
  await show(<Shortcuts />);
  await user.click(screen.getByRole("switch", { hidden: true }));
  await show(<Shortcuts />);
  await waitFor(() => expect((screen.getAllByRole("switch", { hidden: true }).at(-1) as HTMLInputElement).checked).toBe(false));
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
  expect(search).not.toHaveBeenCalled();
  localStorage.clear();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
  expect(search).toHaveBeenCalled();
});
