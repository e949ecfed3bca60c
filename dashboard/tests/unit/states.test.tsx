import { useQuery } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { newQueryClient } from "../../src/admin/data/queryClient";
import { ApiError } from "../../src/api/problem";
import { show } from "./render";

const user = userEvent.setup();

const refusal = (status: number, code: string) => new ApiError({ status, code, title: "", type: "about:blank", detail: "Refused." });

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
