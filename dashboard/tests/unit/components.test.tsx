import { TextInput } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { DayChart } from "../../src/admin/analytics/DayChart";
import { axisOf, scaleOf } from "../../src/admin/analytics/scale";
import { useWrite } from "../../src/admin/data/useWrite";
import type { Schedule } from "../../src/admin/exports/queries";
import { ScheduleTable } from "../../src/admin/exports/schedules/ScheduleTable";
import { useColumnChoice, type Column } from "../../src/admin/list/columns";
import { ColumnsButton } from "../../src/admin/list/ColumnsButton";
import { DataTable } from "../../src/admin/list/DataTable";
import type { Filter } from "../../src/admin/list/filters";
import { NoRows } from "../../src/admin/list/NoRows";
import { SortField } from "../../src/admin/list/SortField";
import { Toolbar } from "../../src/admin/list/Toolbar";
import type { ListSearch } from "../../src/admin/list/search";
import type { List } from "../../src/admin/list/useList";
import { fieldProps } from "../../src/admin/ui/fields";
import { Form } from "../../src/admin/ui/Form";
import { FormActions } from "../../src/admin/ui/FormActions";
import { ReasonButton } from "../../src/admin/ui/ReasonButton";
import { ErrorState } from "../../src/admin/ui/State";
import { ApiError, NetworkError } from "../../src/api/problem";
import { show } from "./render";

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

const refusal = (status: number, code: string, errors: { field: string; message: string }[] = []) =>
  new ApiError({ status, code, title: "", type: "about:blank", detail: "Refused.", errors } as unknown as ConstructorParameters<typeof ApiError>[0]);

/** deferred returns a promise with the functions that settle it. */
function deferred() {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const user = userEvent.setup();

const filters: Filter[] = [
  { name: "match_status", label: "Voter match", multiple: true, choices: [{ value: "CONFIRMED", label: "Matched" }, { value: "PENDING", label: "Not tried" }] },
  { name: "city", label: "City", input: "text", choices: [] },
];

interface Person {
  id: string;
  name: string;
  city: string;
}

const columns: Column<Person>[] = [
  { id: "name", header: "Name", sort: "name", cell: (p) => <a href={"#" + p.id}>{p.name}</a> },
  { id: "city", header: "City", cell: (p) => p.city },
];

const listOf = (rows: Person[], rest: Partial<List<Person>> = {}): List<Person> => ({
  rows, first: undefined, total: rows.length, error: null, loading: false, stale: false, complete: true, more: false, loadingMore: false, loadMore: vi.fn(), retry: vi.fn(), ...rest,
});

const people = [{ id: "1", name: "Ann Lee", city: "Lowell" }, { id: "2", name: "Bo Diaz", city: "Keene" }];

const table = (list: List<Person>, search = {}) => <DataTable label="People" columns={columns} list={list} rowId={(p) => p.id} search={search} sorted="added" empty={<p>Nobody</p>} />;

test("a table names its rows and columns, and a heading writes the order into the address", async () => {
  const address = await show(table(listOf(people)));
  expect(screen.getByRole("row", { name: /Ann Lee/ })).toBeTruthy();
  expect(screen.getAllByRole("rowheader").map((row) => row.textContent)).toEqual(["Ann Lee", "Bo Diaz"]);
  expect(screen.getByRole("region", { name: "People, scrolls sideways" }).tabIndex).toBe(0);
  await user.click(screen.getByRole("button", { name: "Name" }));
  await waitFor(() => expect(address()).toBe("/?sort=name&order=asc"));
});

test("a table tells screen readers its order, and hides columns but never the first", async () => {
  await show(<DataTable label="People" columns={columns} shown={[]} list={listOf(people)} rowId={(p) => p.id} search={{ sort: "name", order: "desc" }} empty="" />);
  expect(screen.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("descending");
  expect(screen.queryByRole("columnheader", { name: "City" })).toBeNull();
});

test("the columns that are checked are those shown, on small screens too, and a column made after the choice is not shown", async () => {
  localStorage.clear();
  const of = (id: string, rest: Partial<Column<Person>> = {}): Column<Person> => ({ id, header: id, cell: () => id, ...rest });
  const all = [of("name"), of("city", { hidden: true }), of("joined"), of("contacts", { small: true })];
  function Chosen({ made = [] }: { made?: Column<Person>[] }) {
    const { chosen, shown, toggle } = useColumnChoice("people", all, useSearch({ strict: false }) as ListSearch);
    const columns = [...all, ...made];
    return <><ColumnsButton columns={columns} shown={shown} onToggle={toggle} /><p>{chosen.join()}</p><DataTable label="People" columns={columns} shown={shown} list={listOf(people)} rowId={(p) => p.id} empty="" /></>;
  }
  const checked = () => screen.getAllByRole<HTMLInputElement>("checkbox", { hidden: true }).filter((box) => box.checked).map((box) => box.labels![0]!.textContent);
  const headings = () => screen.getAllByRole("columnheader").map((heading) => heading.textContent);
  const small = vi.spyOn(window, "matchMedia").mockImplementation((query) => ({ matches: /max-width: 48em/.test(query), addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList);
  const address = await show(<Chosen />);
  expect(checked()).toEqual(["contacts"]);
  expect(headings()).toEqual(["name", "contacts"]);
  expect(screen.getByText("name,joined,contacts"), "a view and a link have the columns of a wide screen").toBeTruthy();
  await user.click(screen.getByRole("checkbox", { name: "city", hidden: true }));
  await waitFor(() => expect(address()).toBe("/?columns=name%2Ccontacts%2Ccity"));
  expect(checked()).toEqual(["city", "contacts"]);
  expect(headings()).toEqual(["name", "city", "contacts"]);
  small.mockRestore();
  cleanup();
  await show(<Chosen made={[of("new")]} />);
  expect(headings()).toEqual(["name", "city", "contacts"]);
});

test("a list is put in order on a small screen, too", async () => {
  const address = await show(<SortField columns={columns} search={{}} sorted="added" />, "/?pages=2");
  await user.selectOptions(screen.getByRole("combobox", { name: "Order" }), "Name, descending");
  await waitFor(() => expect(address()).toBe("/?sort=name&order=desc"));
});

test("rows stay while new ones are loaded, and an error of the next page stands above them", async () => {
  await show(table(listOf(people, { stale: true, error: new NetworkError("no connection") })));
  expect(screen.getByRole("table", { name: "People" }).getAttribute("aria-busy")).toBe("true");
  expect(screen.getByRole("alert").textContent).toContain("Kith can't be reached");
});

test("the next rows take the focus when they arrive", async () => {
  function Growing() {
    const [rows, setRows] = useState(people.slice(0, 1));
    return table(listOf(rows, { more: rows.length < 2, total: 2, loadMore: () => {
      setRows(people);
      return undefined;
    } }));
  }
  await show(<Growing />);
  expect(screen.getByText("1 of 2 shown")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Show 50 more" }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("link", { name: "Bo Diaz" })));
});

test("a filter in use is a chip that can be removed, also if its value is gone", async () => {
  const address = await show(<Toolbar search={{ match_status: "GONE", city: "Lowell" }} filters={filters} />, "/?match_status=GONE&city=Lowell");
  const chips = within(screen.getByRole("group", { name: "Filters in use" }));
  await user.click(chips.getByRole("button", { name: "Remove the filter Voter match: no longer there" }));
  await waitFor(() => expect(address()).toBe("/?city=Lowell"));
});

test("a list without rows differs from filters that nothing matches", async () => {
  const empty = (search: Record<string, string>) => <NoRows search={search} filters={filters} none="No person matches these filters." yet="No people yet" next="Invite them." />;
  await show(empty({}));
  expect(screen.getByText("No people yet")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Clear filters" })).toBeNull();
  const address = await show(empty({ city: "Lowell" }), "/?city=Lowell");
  expect(screen.getByText("No person matches these filters.")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  await waitFor(() => expect(address()).toBe("/"));
});

test("a refused form keeps its entries, takes the focus, and leads to each wrong field", async () => {
  const error = refusal(422, "validation_failed", [{ field: "email", message: "This is not an email address." }]);
  await show(<Form name="invite" error={error} onSubmit={vi.fn()}><TextInput {...fieldProps("invite", "email", error)} label="Email" defaultValue="ann" /></Form>);
  const alert = screen.getByRole("alert");
  expect(document.activeElement).toBe(alert);
  const field = screen.getByRole("textbox", { name: "Email" }) as HTMLInputElement;
  expect(field.value).toBe("ann");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  await user.click(within(alert).getByRole("link", { name: "This is not an email address." }));
  expect(document.activeElement).toBe(field);
});

test("a double click sends once, and a repeat after a failure has the same idempotency key", async () => {
  const keys: string[] = [];
  let answer = deferred();
  function Sender() {
    const save = useWrite({ write: async (_: string, key) => {
      keys.push(key);
      await answer.promise;
    } });
    return <Form name="f" error={save.error} onSubmit={() => save.submit("same")}><FormActions pending={false} /></Form>;
  }
  await show(<Sender />);
  await user.dblClick(screen.getByRole("button", { name: "Save" }));
  answer.reject(new NetworkError("no connection"));
  await screen.findByRole("alert");
  expect(keys).toHaveLength(1);
  answer = deferred();
  answer.resolve();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  expect(keys[1]).toBe(keys[0]);
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(keys).toHaveLength(3));
  expect(keys[2]).not.toBe(keys[0]);
});

test.each([
  [refusal(404, "not_found"), "We can't find this page", false],
  [refusal(429, "rate_limited"), "Too many requests", true],
  [refusal(503, "unavailable"), "Kith is not available", true],
  [new NetworkError("no connection"), "Kith can't be reached", true],
])("an error says what is wrong and offers what helps: %s", async (error, title, retry) => {
  await show(<ErrorState error={error} retry={vi.fn()} />);
  expect(screen.getByRole("alert").textContent).toContain(title);
  expect(screen.queryByRole("button", { name: "Try again" }) !== null).toBe(retry);
});

test("a button that can't be used says why, and does nothing", async () => {
  const click = vi.fn();
  await show(<ReasonButton reason="Only owners can do this." onClick={click}>Resume</ReasonButton>);
  const button = screen.getByRole("button", { name: /Resume/ });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect(document.getElementById(button.getAttribute("aria-describedby")!)?.textContent).toBe("Only owners can do this.");
  button.click();
  expect(click).not.toHaveBeenCalled();
});

test("a chart says its sum, reads out the day under the arrow keys, and leads to the day's contacts", async () => {
  const days = [{ day: "2026-11-01", value: 3, query: "added_from=2026-11-01&added_to=2026-11-01" }, { day: "2026-11-02", value: 9, query: "added_from=2026-11-02" }];
  const address = await show(<DayChart title="Contacts added" days={days} scale={scaleOf([3, 9])} axis={36} />);
  const chart = screen.getByRole("img", { name: "Contacts added: 2 days, most 9 on Nov 2, 12 in all" });
  chart.focus();
  await user.keyboard("{ArrowRight}");
  expect(screen.getByText("November 1, 2026: 3")).toBeTruthy();
  await user.keyboard("{End}");
  expect(screen.getByText("November 2, 2026: 9")).toBeTruthy();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(address()).toBe("/c/c1/people/contacts?added_from=2026-11-02"));
});

test("a chart of mobilizers leads to those who joined on the day, and not to a day without any", async () => {
  const days = [{ day: "2026-11-01", value: 2, query: "joined_from=2026-11-01" }, { day: "2026-11-02", value: 0, query: "joined_from=2026-11-02" }];
  const address = await show(<DayChart title="Mobilizers joined" list="mobilizers" days={days} scale={scaleOf([2, 0])} axis={36} />);
  await user.click(screen.getByText("As table"));
  expect(screen.getByRole("link", { name: "November 1, 2026" }).getAttribute("href")).toBe("/c/c1/people/mobilizers?joined_from=2026-11-01");
  expect(screen.queryByRole("link", { name: "November 2, 2026" })).toBeNull();
  screen.getByRole("img").focus();
  await user.keyboard("{Home}{Enter}");
  await waitFor(() => expect(address()).toBe("/c/c1/people/mobilizers?joined_from=2026-11-01"));
});

test("charts side by side leave the same room for the labels of their axes, as the longest needs", () => {
  const label = (n: number) => n.toLocaleString("en");
  expect(axisOf([scaleOf([3]), scaleOf([2_000])], label)).toBe(axisOf([scaleOf([2_000])], label));
  expect(axisOf([scaleOf([2_000])], label)).toBeGreaterThan(axisOf([scaleOf([3])], label));
});

test("a schedule whose view was deleted says so, and can't be edited", async () => {
  const stopped = { id: "s1", type: "contacts", hour: 3, status: "stopped", stop_reason: "view_deleted", created_by: "Olivia", last_run_at: "2026-10-24T12:00:00Z" } as Schedule;
  await show(<ScheduleTable schedules={[stopped, { ...stopped, id: "s2", status: "active", stop_reason: undefined }]} />);
  const rows = (await screen.findAllByRole("row")).slice(1);
  expect(rows[0]!.textContent).toContain("Stopped: its view was deleted");
  expect(within(rows[0]!).queryByRole("button", { name: /^Edit/ })).toBeNull();
  expect(within(rows[0]!).getByRole("button", { name: /^Newest file/ })).toBeTruthy();
  expect(rows[1]!.textContent).not.toContain("Stopped");
  expect(within(rows[1]!).getByRole("button", { name: /^Edit/ })).toBeTruthy();
});
