// Writes build/frontend/icons.json: lucide's name -> the shapes inside its <svg>, for `<c-icon>`.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const root = import.meta.dirname;
const folder = resolve(root, "node_modules/lucide-static/icons");
const built = resolve(root, "../build/frontend");

const shapes = {};
for (const file of readdirSync(folder)) {
  if (!file.endsWith(".svg")) continue;
  const svg = readFileSync(resolve(folder, file), "utf8");
  shapes[file.slice(0, -4)] = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s*\n\s*/g, "");
}
mkdirSync(built, { recursive: true });
writeFileSync(resolve(built, "icons.json"), JSON.stringify(shapes));
