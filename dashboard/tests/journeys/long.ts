import type { Page } from "@playwright/test";
import { expect } from "./kith";

/** longEmail is longer than a line of a phone. */
export const longEmail = "maximiliana.featherstonehaugh-montgomery.of.the.riverbend@neighborhood-association.example.org";

const long: Record<string, string> = {
  email: longEmail,
  first_name: "Maximiliana Wilhelmina",
  last_name: "Featherstonehaugh-Montgomery",
  preferred_name: "Maxi-Willa",
  invited_by: "Bartholomew Featherstonehaugh-Montgomery",
  written_by: "Bartholomew Featherstonehaugh-Montgomery",
};

const lengthened = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(lengthened);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, typeof inner === "string" && inner !== "" ? (long[key] ?? inner) : lengthened(inner)]));
};

/** lengthenNames gives everybody in the API's replies a long name and a long email address. */
export const lengthenNames = (page: Page) =>
  page.route("**/v1/**", async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const response = await route.fetch();
    if (!/json/.test(response.headers()["content-type"] ?? "")) return route.fulfill({ response });
    await route.fulfill({ response, json: lengthened(await response.json()) });
  });

/** findBroken runs in the page. It returns the words that are broken within, although they fit on a line of their own. */
function findBroken(): string[] {
  const root = document.querySelector("dialog[open]") ?? document.body;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = new Set<string>();
  const range = document.createRange();
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement!;
    if (!parent.checkVisibility({ visibilityProperty: true }) || parent.closest(".visually-hidden, script, style, svg, [popover]")) continue;
    const rectsOf = (from: number, to: number) => {
      range.setStart(node!, from);
      range.setEnd(node!, to);
      return [...range.getClientRects()].filter((rect) => rect.width > 0);
    };
    for (const { 0: part, index } of node.textContent!.matchAll(/[^\s\-–—/?@.]+[\-–—/?@.]?/g)) {
      const rects = rectsOf(index, index + part.length);
      if (new Set(rects.map((rect) => Math.round(rect.top))).size < 2) continue;
      let block = parent;
      while (getComputedStyle(block).display.startsWith("inline") && block.parentElement) block = block.parentElement;
      const { paddingLeft, paddingRight } = getComputedStyle(block);
      const room = block.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      const width = rects.reduce((sum, rect) => sum + rect.width, 0);
      found.add(`${part} is ${Math.round(width)} px wide in <${block.tagName.toLowerCase()} class="${block.className}"> of ${room} px: ${parent.textContent!.slice(0, 60)}`);
    }
  }
  return [...found];
}

/** expectUnbroken checks that no word is broken and that the page does not scroll sideways, on a phone and a laptop. */
export async function expectUnbroken(page: Page) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 860 });
    await expect(page.getByRole("status", { name: "Loading", exact: true })).toHaveCount(0);
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `width of the page at ${width} px`).toBeLessThanOrEqual(width);
    expect.soft(await page.evaluate(findBroken), `broken words at ${width} px`).toEqual([]);
  }
}
