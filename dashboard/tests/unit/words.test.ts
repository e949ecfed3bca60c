// @vitest-environment node
import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { expect, test } from "vitest";

const config = getConfig();

test("catalogs hold the messages of the sources and no others, each translated with the same values", async () => {
  for (const catalog of await getCatalogs(config)) {
    const sources = (await catalog.collect())!;
    for (const locale of config.locales) {
      const messages = (await catalog.read(locale))!;
      const unused = Object.keys(messages).filter((id) => !sources[id]).map((id) => messages[id]!.message);
      const missing = Object.keys(sources).filter((id) => !messages[id]?.translation).map((id) => sources[id]!.message);
      expect(unused, `unused in ${locale}.po: run npm run words`).toEqual([]);
      expect(missing, `missing in ${locale}.po: run npm run words, then translate`).toEqual([]);
      for (const m of Object.values(messages)) expect(valuesOf(m.translation!), m.translation).toEqual(valuesOf(m.message!));
    }
  }
}, 60_000);

// The dashboard loads the catalogs of its pages into one: a message that two pages translate differently would change with the visit.
test("a message of several catalogs of the dashboard has one translation", async () => {
  const seen = new Map<string, string>();
  for (const catalog of (await getCatalogs(config)).filter(({ path }) => !/locales\/(mobilizer|adding)\//.test(path))) {
    for (const [id, { message, translation }] of Object.entries((await catalog.read("es"))!)) {
      expect(seen.get(id) ?? translation, `${message} in ${catalog.path}`).toBe(translation);
      seen.set(id, translation!);
    }
  }
});

type Parts = string | Part[];
type Part = string | [name: string, type?: string, options?: Record<string, Parts>];

/** valuesOf names the values and tags that a message takes. */
function valuesOf(text: string): string[] {
  const names = new Set(text.match(/<\/?\d+\/?>/g) ?? []);
  const collect = (parts: Parts) => {
    for (const part of Array.isArray(parts) ? parts : []) {
      if (!Array.isArray(part)) continue;
      names.add(part[0]);
      Object.values(part[2] ?? {}).forEach(collect);
    }
  };
  collect(compileMessage(text) as Parts);
  return [...names].sort();
}
