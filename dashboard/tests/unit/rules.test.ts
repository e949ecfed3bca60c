// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const sources = (readdirSync("src", { recursive: true }) as string[])
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith("generated.d.ts"))
  .map((file) => ({ file: "src/" + file, text: readFileSync("src/" + file, "utf8") }));

const imports = (text: string) => [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map((m) => m[1]!);

/** folderOf returns the part of src that a file belongs to: api, signin, ui, admin … */
const folderOf = (file: string) => file.split("/")[1]!;

const importedPath = (file: string, target: string) => new URL(target, "file:///" + file).pathname.slice(1);

const allowed: Record<string, string[]> = {
  api: ["api"],
  ui: ["api", "ui"],
  signin: ["api", "ui", "signin"],
  admin: ["api", "ui", "signin", "admin"],
  mobilizer: ["api", "ui", "signin", "mobilizer"],
};

test("parts import only the parts below them", () => {
  const wrong = sources.flatMap(({ file, text }) => {
    const part = allowed[folderOf(file)];
    return part ? imports(text).filter((target) => !/\.po$|\/public\//.test(target) && !part.includes(folderOf(importedPath(file, target)))).map((target) => `${file}: ${target}`) : [];
  });
  expect(wrong).toEqual([]);
});

test("page folders do not import each other", () => {
  const pages = ["content", "analytics", "people", "invitations", "exports", "organization", "start"];
  const pageOf = (file: string) => pages.find((page) => file.startsWith(`src/admin/${page}/`));
  const wrong = sources.flatMap(({ file, text }) => imports(text)
    .filter((target) => pageOf(file) && pageOf(importedPath(file, target)) && pageOf(file) !== pageOf(importedPath(file, target)))
    .map((target) => `${file}: ${target}`));
  expect(wrong).toEqual([]);
});

test("components stay under 150 lines", () => {
  expect(sources.filter(({ file, text }) => file.endsWith(".tsx") && !/\.test\./.test(file) && text.split("\n").length > 150).map(({ file }) => file)).toEqual([]);
});

test("nothing is any, and no page writes HTML", () => {
  const forbidden = /: any\b|as any\b|<any\b|any\[\]|@ts-ignore|@ts-expect-error|dangerouslySetInnerHTML|innerHTML/;
  expect(sources.filter(({ text }) => forbidden.test(text)).map(({ file }) => file)).toEqual([]);
});

test("the problems that have words of their own are problems of the API", () => {
  const api = (readdirSync("../internal", { recursive: true }) as string[]).filter((file) => /(?<!_test)\.go$/.test(file)).map((file) => readFileSync("../internal/" + file, "utf8")).join("\n");
  const codes = sources.filter(({ file }) => file.endsWith("/ui/problems.ts")).flatMap(({ text }) => [...text.matchAll(/^  ([a-z_]+): \{ title: msg/gm)].map((m) => m[1]!));
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !api.includes(`"${code}"`))).toEqual([]);
});

// A time is written by ui/format, which takes the time zone. Only a form's list of hours belongs to no instant.
test("no page writes a time in the reader's time zone", () => {
  const raw = /\.toLocale(Date|Time)?String\(|new Intl\.DateTimeFormat\(/;
  const allowed = ["src/ui/format.ts", "src/admin/exports/schedules/ScheduleForm.tsx"];
  expect(sources.filter(({ file, text }) => raw.test(text) && !allowed.includes(file)).map(({ file }) => file)).toEqual([]);
});
