import { useLingui } from "@lingui/react/macro";
import { localProblem } from "../ui/localProblem";
import type { ExportRequest } from "./queries";
import { specific } from "./types";

/** useItemCheck returns a function that refuses an export of one action item before one is chosen, and returns any other. */
export function useItemCheck() {
  const { t } = useLingui();
  return <Request extends ExportRequest>(request: Request): Request => {
    if (request.type === specific && !request.action_item_id) throw localProblem([{ field: "action_item_id", message: t`Choose the action item.` }]);
    return request;
  };
}
