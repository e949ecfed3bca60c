import { expect, test } from "vitest";
import type { View } from "../../src/admin/people/views/queries";
import { differs, searchOfView, stateOf, type ShownList } from "../../src/admin/people/views/viewState";

const columns = ["name", "touchpoints"];

const shown: ShownList = {
  list: "contacts", filters: ["match_status", "city"], columns,
  search: { search: "née & co", match_status: "CONFIRMED,PENDING", sort: "name", order: "desc", view: "old", columns: "name,touchpoints" },
};

const viewOf = (state: Partial<View>): View => ({
  id: "v1", name: "Mine", owned: true, owner_name: "Ada", revision: "1", created_at: "2026-11-01T00:00:00.000Z", list: "contacts", sort: "added", order: "asc", ...state,
});

test("a view that is saved and chosen shows the same list", () => {
  const view = viewOf(stateOf(shown));
  expect(searchOfView(view)).toEqual({ ...shown.search, view: "v1" });
  expect(differs(view, stateOf(shown))).toBe(false);
});

test("a view differs from a list with another filter, order or columns", () => {
  const view = viewOf(stateOf(shown));
  const changed = (change: Partial<ShownList>) => differs(view, stateOf({ ...shown, ...change }));
  expect(changed({ search: { ...shown.search, city: "Lowell" } })).toBe(true);
  expect(changed({ search: { ...shown.search, order: undefined } })).toBe(true);
  expect(changed({ columns: ["name", "city", "touchpoints"] })).toBe(true);
});

test("a view without columns shows the list's own", () => {
  expect(searchOfView(viewOf({}))).toEqual({ view: "v1", sort: undefined, order: undefined, columns: undefined });
  expect(differs(viewOf({}), stateOf({ ...shown, search: {} }))).toBe(false);
});
