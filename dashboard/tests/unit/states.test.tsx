import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { SpanishTexts } from "../../src/admin/content/SpanishTexts";
import { newQueryClient } from "../../src/admin/data/queryClient";
import type { Filter } from "../../src/admin/list/filters";
import { readListSearch } from "../../src/admin/list/search";
import { Toolbar } from "../../src/admin/list/Toolbar";
import { DeleteButton } from "../../src/admin/ui/DeleteButton";
import { fieldProps } from "../../src/admin/ui/fields";
import { Form } from "../../src/admin/ui/Form";
import { ErrorState } from "../../src/admin/ui/State";
import { ApiError } from "../../src/api/problem";
import { show } from "./render";

vi.mock("../../src/api/config", () => ({ loadConfig: async () => ({ api: "http://api.test", issuer: "http://issuer.test", client_id: "test", scope: "", audience: "" }) }));

const user = userEvent.setup();

const refusal = (status: number, code: string, errors: { field: string; message: string }[] = []) =>
  new ApiError({ status, code, title: "", type: "about:blank", detail: "Refused.", errors });

test.each([
  [404, undefined],
  [503, "Ann Lee"],
])("what was read before is shown after a refusal %s: %s", async (status, shown) => {
  const queries = newQueryClient();
  queries.setDefaultOptions({ queries: { retry: false } });
  queries.setQueryData(["person"], "Ann Lee", { updatedAt: 1 });
  function Person() {
    const query = useQuery({ queryKey: ["person"], queryFn: () => Promise.reject(refusal(status, "refused")) });
    return <button onClick={() => void query.refetch()}>{query.isError ? `refused: ${query.data}` : query.data}</button>;
  }
  await show(<Person />, "/", {}, undefined, queries);
  expect(await screen.findByRole("button", { name: `refused: ${shown}` })).toBeTruthy();
  await user.click(screen.getByRole("button"));
  expect(await screen.findByRole("button", { name: `refused: ${shown}` })).toBeTruthy();
});

test("a deletion that is refused because somebody changed the thing reads it again, and succeeds then", async () => {
  let revision = 1;
  const deleted: number[] = [];
  function Item() {
    const item = useQuery({ queryKey: ["item"], queryFn: async () => revision });
    const remove = async () => {
      if (item.data !== revision) throw refusal(409, "changed_meanwhile");
      deleted.push(revision);
    };
    return <><p>Revision {item.data}</p><DeleteButton name="Call" write={remove} changes={[["item"]]}>Gone for good.</DeleteButton></>;
  }
  await show(<Item />);
  await screen.findByText("Revision 1");
  revision = 2;
  await user.click(screen.getByRole("button", { name: "Delete: Call" }));
  const dialog = screen.getByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Delete" }));
  expect(await within(dialog).findByRole("alert")).toBeTruthy();
  await screen.findByText("Revision 2");
  await user.click(within(dialog).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(deleted).toEqual([2]));
});

test("a message about a folded field unfolds it, and names the row", async () => {
  const error = refusal(422, "validation_failed", [{ field: "options[1].text_es", message: "Write the option." }]);
  await show(<Form name="item" error={error} onSubmit={vi.fn()}><SpanishTexts filled={false}><TextInput {...fieldProps("item", "options[1].text_es", error)} label="Spanish" /></SpanishTexts></Form>);
  const folded = screen.getByText("Spanish texts (optional)").closest("details")!;
  expect(folded.open).toBe(false);
  await user.click(screen.getByRole("link", { name: "Option 2: Write the option." }));
  expect(folded.open).toBe(true);
  expect(document.activeElement).toBe(screen.getByLabelText("Spanish"));
});

test("a filter that is refused has the reason in its chip and at its field, and the list says it", async () => {
  const filters: Filter[] = [{ name: "silent_days", label: "Days without activity", input: "number", more: true, choices: [] }];
  const error = refusal(422, "validation_failed", [{ field: "silent_days", message: "Give a number of days from 1 to 3650." }]);
  await show(<><Toolbar search={{ silent_days: "-3" }} filters={filters} error={error} /><ErrorState error={error} retry={vi.fn()} /></>);
  expect(screen.getByRole("button", { name: /^Remove the filter/ }).textContent).toBe("Days without activity: -3 Give a number of days from 1 to 3650.");
  expect(within(screen.getByRole("alert")).getByText("Give a number of days from 1 to 3650.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Filters" }));
  expect(screen.getByRole("spinbutton", { name: "Days without activity" }).getAttribute("aria-invalid")).toBe("true");
});

test("an order that the list does not have is ignored in an address", () => {
  const read = readListSearch(["city"], ["added", "name"]);
  expect(read({ sort: "foo", order: "up", city: "Lowell" })).toEqual({ city: "Lowell" });
  expect(read({ sort: "name", order: "desc" })).toEqual({ sort: "name", order: "desc" });
});

test("a page that is refused without a sign-in offers to sign in", async () => {
  await show(<ErrorState error={refusal(401, "unauthenticated")} retry={vi.fn()} />);
  expect(screen.getByRole("button", { name: "Sign in again" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});
