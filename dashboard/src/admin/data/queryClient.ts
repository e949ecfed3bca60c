import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "../../api/problem";

// Refusals stay what they are; only failures of the service and of the network are worth another try.
const worthRetrying = (error: Error) => !(error instanceof ApiError) || error.status >= 500;

/** newQueryClient returns a client that forgets the data of a query when the API no longer finds it, so that no page shows what was deleted. */
export const newQueryClient = () => new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof ApiError && error.status === 404) query.setState({ data: undefined });
    },
  }),
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (failures, error) => failures < 2 && worthRetrying(error) },
    mutations: { networkMode: "always" },
  },
});

export const queryClient = newQueryClient();
