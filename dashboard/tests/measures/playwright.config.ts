import journeys from "../../playwright.config";

// Measures of the mobilizers' app: npm run measures. make bench runs it.
export default {
  ...journeys,
  use: { ...journeys.use, launchOptions: { ...journeys.use?.launchOptions, executablePath: "/usr/bin/chromium" } }, // people use the whole browser
  testDir: ".",
  globalSetup: "../journeys/cloud.ts",
  timeout: 400_000,
};
