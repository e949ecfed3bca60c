import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../../api/problem";

// Without a connection a query fails at once, so that the app says so and shows the phone's copy. Refusals stay what they are.
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000, networkMode: "always",
      retry: (failures, error) => failures < 2 && navigator.onLine && (!(error instanceof ApiError) || error.status >= 500),
    },
    mutations: { networkMode: "always" },
  },
});
