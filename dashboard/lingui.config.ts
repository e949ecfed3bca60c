import type { LinguiConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

// One catalog per page folder of the dashboard, so that a page loads only its own words and pages can be worked on side by
// side.
const pages = ["content", "analytics", "people", "invitations", "exports", "organization", "start"];
const page = (name: string) => ({ path: `locales/${name}/{locale}`, include: [`src/admin/${name}`], exclude: ["**/*.test.*"] });
const shared = {
  path: "locales/shared/{locale}",
  include: ["src/admin", "src/api", "src/signin", "src/ui"],
  exclude: ["**/*.test.*", ...pages.map((name) => `src/admin/${name}/**`)],
};

// The mobilizers' app has two: adding has the words of adding and matching people.
const adding = ["add", "match", "outbox"].map((name) => `src/mobilizer/${name}`);
const app = [
  { path: "locales/mobilizer/{locale}", include: ["src/mobilizer"], exclude: ["**/*.test.*", ...adding.map((folder) => `${folder}/**`)] },
  { path: "locales/adding/{locale}", include: adding, exclude: ["**/*.test.*"] },
];

export default {
  locales: ["en", "es"],
  sourceLocale: "en",
  catalogs: [shared, ...app, ...pages.map(page)],
  format: formatter({ origins: false, lineNumbers: false }),
} satisfies LinguiConfig;
