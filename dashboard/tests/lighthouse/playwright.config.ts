import journeys from "../../playwright.config";

// Lighthouse's scores of the main pages: npm run lighthouse. make bench runs it.
export default {
  ...journeys,
  use: { ...journeys.use, launchOptions: { ...journeys.use?.launchOptions, executablePath: "/usr/bin/chromium" } }, // people use the whole browser
  testDir: ".",
  globalSetup: "../journeys/cloud.ts",
  outputDir: "../../node_modules/.cache/lighthouse",
  timeout: 600_000,
};
