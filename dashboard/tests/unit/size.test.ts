// @vitest-environment node
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

interface Chunk {
  file: string;
  isDynamicEntry?: boolean;
  imports?: string[];
  css?: string[];
}

const limits = { js: 230, css: 20 }; // kB, compressed
const manifestFile = "dist/manifest.json";

const kilobytes = (file: string) => gzipSync(readFileSync("dist/" + file), { level: 9 }).length / 1000;

/** filesOf collects a chunk's files with those of its static imports. */
function filesOf(manifest: Record<string, Chunk>, name: string, found = new Set<string>(), seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk || seen.has(name)) return found;
  seen.add(name);
  found.add(chunk.file);
  chunk.css?.forEach((css) => found.add(css));
  chunk.imports?.forEach((other) => filesOf(manifest, other, found, seen));
  return found;
}

test.skipIf(!existsSync(manifestFile))("the first load of every page is within the budget", () => {
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8")) as Record<string, Chunk>;
  const shared = ["index.html", "src/admin/main.tsx", "locales/shared/es.po"];
  const pages = Object.keys(manifest).filter((name) => /^src\/admin\/.*page\.tsx$/.test(name));
  expect(pages.length).toBeGreaterThan(0);
  for (const page of pages) {
    const files = new Set([...shared, page, `locales/${page.split("/")[2]}/es.po`].flatMap((name) => [...filesOf(manifest, name)]));
    const sum = (kind: string) => [...files].filter((f) => f.endsWith(kind)).reduce((total, f) => total + kilobytes(f), 0);
    const sizes = { js: Math.round(sum(".js")), css: Math.round(sum(".css") * 10) / 10 };
    if (process.env.SIZES) console.log(page, sizes);
    expect(sizes.js, `${page} JavaScript`).toBeLessThanOrEqual(limits.js);
    expect(sizes.css, `${page} CSS`).toBeLessThanOrEqual(limits.css);
  }
});
