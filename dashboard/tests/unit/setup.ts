import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// Mantine asks for these, and happy-dom has none.
vi.stubGlobal("ResizeObserver", class {
  observe() {}
  unobserve() {}
  disconnect() {}
});

afterEach(() => {
  cleanup();
  globalThis.sessionStorage?.clear();
  globalThis.localStorage?.clear();
});
