import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { linguiMacros } from "./lingui.vite.ts";

// The dashboard and the join pages. emptyOutDir is off because the mobilizers' app is another build, into dist/m.
export default defineConfig({
  plugins: [linguiMacros(), react(), lingui()],
  build: { target: "es2022", manifest: "manifest.json", outDir: "dist", emptyOutDir: false, chunkSizeWarningLimit: 800 },
});
