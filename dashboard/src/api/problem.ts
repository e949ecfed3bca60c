import type { components } from "./generated";

export type Problem = components["schemas"]["Problem"];
export type FieldProblem = components["schemas"]["ProblemField"];

/** ApiError is an answer of the API that is not a success. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(readonly problem: Problem, readonly requestId?: string, readonly retryAfter?: number) {
    super(problem.detail);
  }

  get status() {
    return this.problem.status;
  }

  get code() {
    return this.problem.code;
  }

  get fields(): FieldProblem[] {
    return this.problem.errors ?? [];
  }

  /** field returns the message for one input, such as "responses[1].text". */
  field(name: string): string | undefined {
    return this.fields.find((f) => f.field === name)?.message;
  }
}

/** NetworkError is a request that got no answer. */
export class NetworkError extends Error {
  override name = "NetworkError";
}

export const isApiError = (error: unknown, code?: string): error is ApiError =>
  error instanceof ApiError && (code === undefined || error.code === code);

/** fieldMessage returns the API's message for one input, or undefined. */
export const fieldMessage = (error: unknown, name: string) => (error instanceof ApiError ? error.field(name) : undefined);
