import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { linguiMacros } from "./lingui.vite.ts";

const out = "dist/m/";

const digest = (file: string) => "sha384-" + createHash("sha384").update(readFileSync(out + file)).digest("base64");

// Preact in React's place: 45 kB less of compressed JavaScript for the first load.
const preact = [
  { find: /^react\/jsx-(dev-)?runtime$/, replacement: "preact/jsx-runtime" },
  { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
  { find: /^react(-dom)?$/, replacement: "preact/compat" },
];

// The mobilizers' app, under /m/. Its service worker caches the files of this build only. The digests keep an error page,
// which is HTML too, out of the cache.
export default defineConfig({
  root: "m",
  base: "/m/",
  publicDir: false,
  resolve: { alias: preact },
  plugins: [
    linguiMacros(), react(), lingui(),
    VitePWA({
      scope: "/m/",
      injectRegister: false,
      registerType: "prompt",
      manifestFilename: "app.webmanifest",
      manifest: {
        id: "/m/", name: "Kith", short_name: "Kith", start_url: "/m/", scope: "/m/", display: "standalone",
        theme_color: "#04594a", background_color: "#ffffff",
        icons: [
          { src: "/favicon.svg", sizes: "any", type: "image/svg+xml" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any maskable" },
        ],
      },
      workbox: {
        globPatterns: ["**/*.{js,css,html}"],
        navigateFallback: "/m/index.html",
        navigateFallbackAllowlist: [/^\/m\//],
        manifestTransforms: [(entries) => ({ warnings: [], manifest: entries.map((entry) => ({ ...entry, integrity: digest(entry.url) })) })],
        runtimeCaching: [{
          urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname === "/config.json",
          handler: "StaleWhileRevalidate", // the start waits for no answer; a changed file counts from the next start
          options: { cacheName: "config" },
        }],
        cleanupOutdatedCaches: true,
        clientsClaim: true, // a first visit works without a connection from then on, and not only after a reload
        sourcemap: false,
      },
    }),
  ],
  build: {
    target: "es2022", manifest: "manifest.json", outDir: "../" + out, emptyOutDir: true,
    // One file for all pages: a slow network takes half a second for each round of requests.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "app", tags: ["$initial"] }] } } },
  },
});
