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

interface Limits {
  js: number;
  css: number;
}

type Manifest = Record<string, Chunk>;

// In kB, compressed.
const dashboardLimits = { js: 230, css: 20 };
const appLimits = { js: 140, css: 8 };

const dashboard = "dist/manifest.json";
const app = "dist/m/manifest.json";

const readManifest = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Manifest;

const kilobytes = (file: string) => gzipSync(readFileSync(file), { level: 9 }).length / 1000;

/** filesOf collects a chunk's files with those of its static imports. */
function filesOf(manifest: Manifest, name: string, found = new Set<string>(), seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk || seen.has(name)) return found;
  seen.add(name);
  found.add(chunk.file);
  chunk.css?.forEach((css) => found.add(css));
  chunk.imports?.forEach((other) => filesOf(manifest, other, found, seen));
  return found;
}

/** expectWithin checks the files that the named chunks load together. */
function expectWithin(limits: Limits, page: string, manifest: Manifest, folder: string, names: string[]) {
  const files = new Set(names.flatMap((name) => [...filesOf(manifest, name)]));
  const sum = (kind: string) => [...files].filter((f) => f.endsWith(kind)).reduce((total, f) => total + kilobytes(folder + f), 0);
  const sizes = { js: Math.round(sum(".js")), css: Math.round(sum(".css") * 10) / 10 };
  if (process.env.SIZES) console.log(page, sizes);
  expect(sizes.js, `${page} JavaScript`).toBeLessThanOrEqual(limits.js);
  expect(sizes.css, `${page} CSS`).toBeLessThanOrEqual(limits.css);
}

test.skipIf(!existsSync(dashboard))("the first load of every page of the dashboard is within the budget", () => {
  const manifest = readManifest(dashboard);
  const pages = Object.keys(manifest).filter((name) => /^src\/admin\/.*page\.tsx$/.test(name));
  expect(pages.length).toBeGreaterThan(0);
  for (const page of pages) {
    const names = ["index.html", "src/admin/main.tsx", "locales/shared/es.po", page, `locales/${page.split("/")[2]}/es.po`];
    expectWithin(dashboardLimits, page, manifest, "dist/", names);
  }
});

test.skipIf(!existsSync(app))("the mobilizers' app loads one script and one style sheet, both within the budget", () => {
  const files = [...readFileSync("dist/m/index.html", "utf8").matchAll(/"\/m\/(assets\/[^"]+)"/g)].map(([, file]) => file!);
  expect(files.map((file) => file.replace(/^.*\./, "")).sort()).toEqual(["css", "js"]);
  const script = files.find((file) => file.endsWith(".js"));
  const [name] = Object.entries(readManifest(app)).find(([, { file }]) => file === script)!;
  expectWithin(appLimits, "all pages", readManifest(app), "dist/m/", [name]);
  expect(filesOf(readManifest(app), name)).toEqual(new Set(files));
});
