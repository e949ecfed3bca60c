// Builds the dashboard and the mobilizers' app again whenever one of their files is saved.
import { cpSync, rmSync } from "node:fs";
import { build } from "vite";

rmSync("dist", { recursive: true, force: true });
cpSync("../docs/openapi.json", "dist/openapi.json");
for (const configFile of ["vite.m.config.ts", "vite.config.ts"]) await build({ configFile, build: { watch: {} } });
