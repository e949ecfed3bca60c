import journeys from "../../playwright.config";

// Screenshots of every page, to be looked at: npm run screens. They are written to node_modules/.cache/screens. PAGES, a regular
// expression, chooses pages by their name.
export default {
  ...journeys,
  testDir: ".",
  globalSetup: "../journeys/cloud.ts",
  timeout: 900_000,
  use: { ...journeys.use, actionTimeout: 15_000, navigationTimeout: 30_000 },
};
