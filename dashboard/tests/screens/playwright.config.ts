import journeys from "../../playwright.config";

// Screenshots of every page, to be looked at: npm run screens. They are written to node_modules/.cache/screens. PAGES chooses
// pages by a part of their name.
export default {
  ...journeys,
  testDir: ".",
  globalSetup: "../journeys/cloud.ts",
  timeout: 300_000,
};
