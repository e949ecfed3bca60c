import { transformAsync } from "@babel/core";
import macros from "@lingui/babel-plugin-lingui-macro";
import type { Plugin } from "vite";

/** linguiMacros compiles Lingui's macros. Only files that import a macro go through Babel. */
export function linguiMacros(): Plugin {
  return {
    name: "lingui-macros",
    enforce: "pre",
    transform: {
      filter: { id: /\/src\/.*\.tsx?$/, code: /@lingui\/(core|react)\/macro/ },
      async handler(code, id) {
        const filename = id.split("?")[0]!;
        const out = await transformAsync(code, {
          filename, babelrc: false, configFile: false, sourceMaps: true,
          parserOpts: { plugins: filename.endsWith("x") ? ["typescript", "jsx"] : ["typescript"] },
          plugins: [[macros, { stripMessageField: process.env.NODE_ENV === "production" }]],
        });
        return out?.code ? { code: out.code, map: out.map } : undefined;
      },
    },
  };
}
