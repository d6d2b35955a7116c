// Bundle the pages: one entry per page and per Worker, style sheets, the icons.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import esbuild from "esbuild";

import { writeEngineFiles } from "./engine_files.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const dist = path.join(here, "dist");
const packages = path.join(root, "node_modules");
const DETECTOR = "face_detection_short_range.tflite";
const detector = path.join(packages, "@mediapipe/face_detection", DETECTOR);

/** Every icon that a template names with {% icon "..." %}. */
async function iconsInTemplates() {
  const names = new Set();
  const folder = path.join(root, "templates");
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith(".html")) continue;
    const text = await readFile(path.join(folder, entry), "utf8");
    for (const [, name] of text.matchAll(/\{% icon "([a-z0-9-]+)" %\}/g)) {
      names.add(name);
    }
  }
  return [...names].sort();
}

async function shapes(name) {
  const svg = await readFile(path.join(packages, "lucide-static/icons", `${name}.svg`), "utf8");
  const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>"));
  return [name, inside.replace(/\s*\n\s*/g, "").replaceAll(" />", "/>")];
}

/** The shapes of each icon, for sessions_app/templatetags/icons.py. */
async function writeIcons() {
  const icons = Object.fromEntries(await Promise.all((await iconsInTemplates()).map(shapes)));
  await writeFile(path.join(dist, "icons.json"), JSON.stringify(icons));
}

/** The face detector that server and browsers read; it comes with an npm package. */
async function copyDetector() {
  const to = path.join(root, "build/models");
  await mkdir(to, { recursive: true });
  await cp(detector, path.join(to, DETECTOR));
}

/** The licences of what is shipped from npm, whole, beside it. */
async function writeNotices() {
  const { dependencies } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  const notices = Object.keys(dependencies).map(async (name) => {
    const about = path.join(packages, name);
    const { version, license } = JSON.parse(await readFile(path.join(about, "package.json"), "utf8"));
    const own = await readFile(path.join(about, "LICENSE"), "utf8").catch(() => null);
    const text = own ?? (await readFile(path.join(root, "LICENSES", `${license}.txt`), "utf8"));
    return `${name} ${version}, ${license}\n\n${text.trim()}\n`;
  });
  const line = `\n${"-".repeat(80)}\n\n`;
  await writeFile(path.join(dist, "notices.txt"), (await Promise.all(notices)).join(line));
}

async function entries() {
  const inFolder = async (folder) =>
    (await readdir(path.join(here, folder)))
      .filter((file) => file.endsWith(".js"))
      .map((file) => path.join(here, folder, file));
  return [
    ...(await inFolder("js/pages")),
    ...(await inFolder("js/workers")),
    path.join(here, "css/app.css"),
    path.join(here, "css/plain.css"),
    path.join(here, "css/lesson.css"),
    path.join(here, "css/api.css"),
    path.join(here, "css/admin.css"),
  ];
}

const options = {
  entryPoints: (await entries()).map((file) => ({ in: file, out: path.parse(file).name })),
  outdir: dist,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome120", "firefox121", "safari17.2"],
  legalComments: "linked",
  logLevel: "info",
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await writeIcons();
await cp(path.join(here, "img"), dist, { recursive: true });
await copyDetector();
await writeEngineFiles(root, path.join(dist, "engine"), detector);
await writeNotices();
if (process.argv.includes("--watch")) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
