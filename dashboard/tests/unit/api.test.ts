// @vitest-environment node
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("the client's types are those of the API's description", async () => {
  const check = promisify(execFile)("npx", ["openapi-typescript", "../docs/openapi.json", "--check", "--output", "src/api/generated.d.ts"]);
  await expect(check, "run make openapi").resolves.toBeDefined();
}, 60_000);
