import { act, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { ProfileFacts } from "../../src/admin/people/mobilizer/ProfileFacts";
import { Instant } from "../../src/admin/ui/Instant";
import type { Mobilizer } from "../../src/admin/people/queries";
import { formatters, viewerZone } from "../../src/ui/format";
import { show } from "./render";

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

const noonUTC = "2026-11-03T17:00:00.000Z";

test("every time of day names its zone, in both languages", () => {
  expect(formatters("en", "America/New_York").dateTime(noonUTC)).toBe("November 3, 2026 at 12:00 PM (Eastern Time)");
  expect(formatters("es", "Europe/Madrid").dateTime(noonUTC)).toMatch(/^3 de noviembre de 2026.*18:00 \(hora de Europa central\)$/);
  expect(formatters("en", "UTC").dateTime(noonUTC)).toBe("November 3, 2026 at 5:00 PM (UTC)");
});

test("the mobilizer app's line about old data has the time of the phone, to the minute", () => {
  expect(formatters("en", "America/New_York").clock(noonUTC)).toBe("12:00 PM");
  expect(formatters("es", "Europe/Madrid").clock(noonUTC)).toBe("18:00");
});

test("an organization's pages have the time zone of the reader's browser", () => {
  expect(viewerZone()).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test("a mobilizer's profile names the zone of each of its times", async () => {
  await show(<ProfileFacts mobilizer={{ id: "m1", joined_at: noonUTC, first_activity_at: noonUTC, match_status: "PENDING" } as Mobilizer} />);
  expect(screen.getAllByText("November 3, 2026 at 12:00 PM (Eastern Time)")).toHaveLength(2);
});

test("how long ago something was grows while the page is open", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: Date.parse(noonUTC) + 60_000 });
  await show(<Instant at={noonUTC} timeZone="America/New_York" />);
  expect(screen.getByText("1 minute ago")).toBeTruthy();
  await act(async () => vi.advanceTimersByTime(120_000));
  expect(screen.getByText("3 minutes ago")).toBeTruthy();
  vi.useRealTimers();
});
