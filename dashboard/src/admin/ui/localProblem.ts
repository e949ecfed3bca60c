import { ApiError, type FieldProblem } from "../../api/problem";

/** localProblem is a refusal that this page can tell without asking the API, in the form of the API's. */
export const localProblem = (errors: FieldProblem[]) =>
  new ApiError({ type: "about:blank", title: "", status: 422, code: "invalid", detail: "", errors });
