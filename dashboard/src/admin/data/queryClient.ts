import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../../api/problem";

// Refusals stay what they are; only failures of the service and of the network are worth another try.
const worthRetrying = (error: Error) => !(error instanceof ApiError) || error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (failures, error) => failures < 2 && worthRetrying(error) },
    mutations: { networkMode: "always" },
  },
});
