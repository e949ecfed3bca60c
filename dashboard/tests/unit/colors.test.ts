// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cssVariables, theme } from "../../src/admin/theme";

type Scheme = "light" | "dark";

interface Rule {
  name: string;
  background?: string;
  color?: string;
}

const sheets = (readdirSync("src/admin", { recursive: true }) as string[]).filter((file) => file.endsWith(".css"))
  .map((file) => ({ file, text: readFileSync("src/admin/" + file, "utf8") }));

const declared = (text: string, property: string) => new RegExp(`(?:^|[;{\\s])${property}:\\s*([^;}]+)`).exec(text)?.[1]?.trim();

const rules: Rule[] = sheets.flatMap(({ file, text }) =>
  [...text.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector, body]) => ({ name: `${file} ${selector!.trim()}`, background: declared(body!, "background"), color: declared(body!, "color") })));

const ours = Object.fromEntries([...sheets.find(({ file }) => file === "admin.css")!.text.matchAll(/(--kith-[a-z-]+): ([^;]+);/g)].map(([, name, value]) => [name!, value!]));
const mantine: Record<Scheme, Record<string, string>> = {
  light: { "--mantine-color-body": "#fff", "--mantine-color-text": "#000", ...variables("light") },
  dark: variables("dark"),
};

function variables(scheme: Scheme): Record<string, string> {
  return cssVariables(theme as Parameters<typeof cssVariables>[0])[scheme];
}

/** colorOf returns a color of CSS as its digits, or undefined if it is none of its own, such as inherit. */
function colorOf(value: string | undefined, scheme: Scheme): string | undefined {
  if (value === undefined) return undefined;
  const [, name] = /^var\((--[a-z0-9-]+)\)$/.exec(value) ?? [];
  if (name) return colorOf(ours[name] ?? mantine[scheme][name], scheme);
  const [, light, dark] = /^light-dark\(([^,]+), ([^)]+)\)$/.exec(value) ?? [];
  if (light) return colorOf(scheme === "light" ? light : dark, scheme);
  const [, digits] = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(value) ?? [];
  return digits?.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
}

/** luminance is the relative luminance of WCAG 2.2. */
function luminance(digits: string): number {
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

/** graphics have no text on them. */
const graphics = /\.(track|bar|numbers|divider)\b|::backdrop/;

test.each<Scheme>(["light", "dark"])("every text of the dashboard's own styles has a contrast of 4.5 or more in %s", (scheme) => {
  const pairs = rules.filter(({ name }) => !graphics.test(name)).flatMap(({ name, background, color }) => {
    const surface = colorOf(background, scheme);
    if (!surface) return [];
    const own = colorOf(color, scheme);
    const texts = own ? [own] : ["var(--mantine-color-text)", "var(--kith-muted)"].map((value) => colorOf(value, scheme)!);
    return texts.map((text) => ({ name, text, surface, contrast: contrast(text, surface) }));
  });
  expect(pairs.filter(({ name }) => name.startsWith("ui/Tag.module.css")).length, "tones of tags").toBe(4);
  expect(pairs.length).toBeGreaterThan(25);
  expect(pairs.filter((pair) => pair.contrast < 4.5)).toEqual([]);
});
