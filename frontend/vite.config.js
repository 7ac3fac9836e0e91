// Builds styles and scripts into build/frontend with hashed names, a manifest for the `asset` template tag,
// and a .br and .gz beside each file, so that the server never compresses on the fly.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

const root = import.meta.dirname;
const built = resolve(root, "../build/frontend");

const compressed = {
  name: "compressed",
  apply: "build",
  closeBundle() {
    const folder = resolve(built, "assets");
    for (const file of readdirSync(folder).filter((name) => /\.(css|js|svg)$/.test(name))) {
      const content = readFileSync(resolve(folder, file));
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
      writeFileSync(resolve(folder, `${file}.br`), brotliCompressSync(content, quality));
      writeFileSync(resolve(folder, `${file}.gz`), gzipSync(content, { level: 9 }));
    }
  },
};

// icons.json is written before Vite runs, so old assets go by hand and the rest stays.
const cleared = {
  name: "cleared",
  apply: "build",
  async buildStart() {
    const { rmSync } = await import("node:fs");
    rmSync(resolve(built, "assets"), { recursive: true, force: true });
  },
};

// The fee table's cells (CodeMirror) would write a <style> element, which our pages forbid: constructed sheets are allowed.
const sheets = {
  name: "sheets",
  transform(code, id) {
    if (!/style-mod[\\/]src[\\/]style-mod\.js/.test(id)) return null;
    const asked = "!root.head && root.adoptedStyleSheets";
    if (!code.includes(asked)) throw new Error("style-mod changed: see decision 0193");
    return { code: code.replace(asked, "root.adoptedStyleSheets"), map: null };
  },
};

export default defineConfig({
  root,
  base: "./",
  publicDir: false,
  plugins: [cleared, sheets, tailwindcss(), compressed],
  build: {
    outDir: built,
    emptyOutDir: false,
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    target: ["chrome99", "safari15.4", "firefox100"],
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        main: resolve(root, "styles/main.css"),
        site: resolve(root, "scripts/site.js"),
        desk: resolve(root, "scripts/desk.js"),
        studio: resolve(root, "styles/studio.css"),
        studio_view: resolve(root, "scripts/studio-view.js"),
        studio_edit: resolve(root, "scripts/studio-edit.js"),
      },
    },
  },
});
