import { defineConfig } from "@playwright/test";

// Journeys run in Debian's Chromium on a local cloud with the demo, which tests/journeys/cloud.ts starts. With KITH_CLOUD,
// the path of a running local cloud's running.json, they use that one.
export default defineConfig({
  testDir: "tests/journeys",
  outputDir: "node_modules/.cache/journeys",
  globalSetup: "./tests/journeys/cloud.ts",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 860 },
    locale: "en-US",
    timezoneId: "America/New_York",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
