import type { LinguiConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

// One catalog per part, so that a part loads only its own messages. Shared code belongs to each part that uses it.
export default {
  locales: ["en", "es"],
  sourceLocale: "en",
  catalogs: [{ path: "locales/admin/{locale}", include: ["src/admin", "src/api", "src/signin", "src/ui"], exclude: ["**/*.test.*"] }],
  format: formatter({ origins: false, lineNumbers: false }),
} satisfies LinguiConfig;
