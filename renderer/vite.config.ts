import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` expects a running control plane; `rollcall serve` listens there unless told otherwise. */
const DEV_CONTROL_PLANE = "http://127.0.0.1:7420";

/** The control plane takes unsafe requests from its own pages only, so the one that Vite serves passes for one of them. */
const PASSED_ON = { target: DEV_CONTROL_PLANE, changeOrigin: true, headers: { origin: DEV_CONTROL_PLANE } };

/**
 * Builds the console with `vite build renderer`. Nothing is inlined, neither scripts nor small assets, so that the
 * content security policy needs no exception for `script-src`, `font-src` or `img-src`.
 */
export const config = defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../dist/renderer",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: Object.fromEntries(["/rpc", "/api", "/uploads", "/login"].map((path) => [path, PASSED_ON])),
  },
});

// Why a default export: Vite reads nothing else.
export default config;
