import { defineConfig } from "@playwright/test";

// Journeys run on a local cloud with the demo, which tests/journeys/cloud.ts starts. With KITH_CLOUD, the path of a running
// local cloud's running.json, they use that one. The headless build of Debian's Chromium takes less processor time than the
// whole browser.
export default defineConfig({
  testDir: "tests/journeys",
  outputDir: "node_modules/.cache/journeys",
  globalSetup: "./tests/journeys/cloud.ts",
  workers: 1,
  timeout: 120_000, // an assertion waits for 10 s; a whole journey takes minutes only beside much other work
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 860 },
    locale: "en-US",
    timezoneId: "America/New_York",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: "/usr/bin/chromium-headless-shell",
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
