/**
 * Builds ../bundle from the files that lie here: explorer.js, explorer.css, page.html and
 * the licences of what is inside. The same sources and package-lock.json give the same
 * bytes. The head of explorer.js holds the sha256 of all sources, and of the script that
 * came of them, for tests/reports/test_explorer_bundle.py.
 */

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const SOURCES = /\.(ts|css|html|mjs|json)$/;

function sourceDigest() {
  const names = readdirSync(".").filter((name) => SOURCES.test(name)).sort();
  return sha256(names.map((name) => `${sha256(readFileSync(name))}  ${name}\n`).join(""));
}

function licences(metafile) {
  const inside = Object.keys(metafile.inputs)
    .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(inside)].sort().map(licence).join("\n");
}

function licence(name) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const text = readFileSync(`${folder}/${file}`, "utf8").replaceAll("\r\n", "\n").trim();
  return `${"=".repeat(72)}\n${name} ${version} (${license})\n${"=".repeat(72)}\n\n${text}\n`;
}

const shared = { bundle: true, minify: true, charset: "ascii", legalComments: "none", write: false };
const script = await build({
  ...shared,
  entryPoints: ["main.ts"],
  format: "iife",
  target: "es2020",
  metafile: true,
});
const style = await build({ ...shared, entryPoints: ["page.css"], target: "es2020" });

const body = script.outputFiles[0].text;
const versions = Object.entries(JSON.parse(readFileSync("package.json", "utf8")).dependencies)
  .map(([name, version]) => `${name} ${version}`)
  .join(", ");
const head = [
  "/* genregraph's explorer page. Made by `make bundle`: do not edit.",
  `   Holds ${versions}; see LICENSES.txt.`,
  `   source sha256: ${sourceDigest()}`,
  `   script sha256: ${sha256(body)} */`,
].join("\n");
mkdirSync("../bundle", { recursive: true });
writeFileSync("../bundle/explorer.js", `${head}\n${body}`);
writeFileSync("../bundle/explorer.css", style.outputFiles[0].text);
writeFileSync("../bundle/LICENSES.txt", licences(script.metafile));
copyFileSync("page.html", "../bundle/page.html");
