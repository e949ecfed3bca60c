import { useSearch } from "@tanstack/react-router";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { ChoicesField } from "../../src/admin/content/ChoicesField";
import { newChoice } from "../../src/admin/content/choices";
import { DataTable } from "../../src/admin/list/DataTable";
import type { Filter } from "../../src/admin/list/filters";
import { FilterChips } from "../../src/admin/list/FilterChips";
import type { ListSearch } from "../../src/admin/list/search";
import type { List } from "../../src/admin/list/useList";
import { Confirm } from "../../src/admin/ui/Confirm";
import { TimeZoneField } from "../../src/admin/ui/TimeZoneField";
import { show } from "./render";

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

// happy-dom has no popovers, which tooltips are.
HTMLElement.prototype.showPopover = () => undefined;
HTMLElement.prototype.hidePopover = () => undefined;

const user = userEvent.setup();

const focused = () => document.activeElement;

test("a row that is moved to an end or deleted leaves the focus in the rows", async () => {
  function Form() {
    const [choices, setChoices] = useState(["A", "B", "C"].map((text) => ({ ...newChoice("1"), key: text, text })));
    return <ChoicesField form="f" field="responses" error={null} legend="Responses" description="" valueLabel="Value" most={5} choices={choices} onChange={setChoices} />;
  }
  await show(<Form />);
  expect(screen.getByText("Value")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Move down: B" }));
  expect(focused()).toBe(screen.getByRole("button", { name: "Move up: B" }));
  await user.click(screen.getByRole("button", { name: "Delete: B" }));
  expect(focused()).toBe(screen.getByRole("textbox", { name: "Text of row 2" }));
});

interface Person {
  id: string;
}

function People() {
  const [people, setPeople] = useState<Person[]>([{ id: "Ann" }, { id: "Bo" }]);
  const list: List<Person> = { rows: people, first: undefined, total: 2, error: null, loading: false, stale: false, complete: true, more: false, loadingMore: false, loadMore: vi.fn(), retry: vi.fn() };
  const actions = (p: Person) => <Remove id={p.id} onConfirm={() => setPeople(people.filter((other) => other !== p))} />;
  return <main><h1>People</h1><DataTable label="People" columns={[{ id: "name", header: "Name", cell: (p) => p.id }, { id: "actions", header: "Actions", cell: actions }]} list={list} rowId={(p) => p.id} empty={<p>Nobody</p>} /></main>;
}

function Remove({ id, onConfirm }: { id: string; onConfirm: () => void }) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <button onClick={() => setAsked(true)}>Delete {id}</button>
      <Confirm opened={asked} title="Sure?" action="Confirm" pending={false} error={null} onConfirm={onConfirm} onClose={() => setAsked(false)}>Gone for good.</Confirm>
    </>
  );
}

test("after a deletion the focus is in the next row, and on the heading after the last one", async () => {
  await show(<People />);
  await user.click(screen.getByRole("button", { name: "Delete Ann" }));
  await user.click(screen.getByRole("button", { name: "Confirm" }));
  await waitFor(() => expect(focused()).toBe(screen.getByRole("button", { name: "Delete Bo" })));
  await user.click(screen.getByRole("button", { name: "Delete Bo" }));
  await user.click(screen.getByRole("button", { name: "Confirm" }));
  await waitFor(() => expect(focused()).toBe(screen.getByRole("heading", { name: "People" })));
});

test("after a filter is removed the focus is on the next one, and on the heading after the last one", async () => {
  const filters: Filter[] = ["city", "state"].map((name) => ({ name, label: name, input: "text", choices: [] }));
  const Chips = () => <main><h1>People</h1><FilterChips filters={filters} search={useSearch({ strict: false }) as ListSearch} /></main>;
  await show(<Chips />, "/?city=Lowell&state=MA");
  await user.click(screen.getByRole("button", { name: "Remove the filter city: Lowell" }));
  await waitFor(() => expect(focused()).toBe(screen.getByRole("button", { name: "Remove the filter state: MA" })));
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  await waitFor(() => expect(focused()).toBe(screen.getByRole("heading", { name: "People" })));
});

test("a time zone is found by its name, its city and its id", async () => {
  await show(<TimeZoneField id="zone" value="UTC" onChange={vi.fn()} />);
  const select = screen.getByRole<HTMLSelectElement>("combobox", { name: /^Time zone/ });
  const options = () => [...select.options].map((option) => option.textContent);
  expect(options()[0]).toBe("Eastern Time – New York");
  for (const [text, label] of [["eastern", "Eastern Time – New York"], ["los angeles", "Pacific Time – Los Angeles"], ["asia/kolkata", "India Standard Time – Kolkata"]]) {
    await user.clear(screen.getByRole("searchbox"));
    await user.click(screen.getByRole("searchbox"));
    await user.paste(text!); // by letters, each would draw 400 options
    expect(options()).toContain(label);
    expect(options().length).toBeLessThan(60);
  }
});
