import journeys from "../../playwright.config";

// Screenshots of every page, to be looked at: npm run screens. They are written to node_modules/.cache/screens. PAGES, a regular
// expression, chooses pages by their name. The pictures of the documentation need a cloud that nothing else has written to: they
// are a project of their own, npm run pictures.
export default {
  ...journeys,
  testDir: ".",
  globalSetup: "../journeys/cloud.ts",
  projects: [{ name: "screens", testIgnore: "docs.spec.ts" }, { name: "pictures", testMatch: "docs.spec.ts" }],
  timeout: 900_000,
  use: { ...journeys.use, actionTimeout: 15_000, navigationTimeout: 30_000 },
};
