// Build the element into the Python package: `node build.mjs`. With --tests, bundle the unit tests into build/ instead.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { terminals } from "./terminals.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const GRAMMAR = join(HERE, "../grammar/filter.lark");
const STATIC = join(HERE, "../src/deltasib_query/integrations/web/static");

const grammar = {
  name: "grammar",
  setup(building) {
    building.onResolve({ filter: /^grammar:/ }, ({ path }) => ({ path, namespace: "grammar" }));
    building.onLoad({ filter: /.*/, namespace: "grammar" }, () => ({ contents: terminals(readFileSync(GRAMMAR, "utf8")) }));
  },
};
const common = {
  absWorkingDir: HERE, bundle: true, format: "esm", charset: "utf8", target: "es2022", loader: { ".css": "text" }, plugins: [grammar],
};

/** The hash of everything that the bundle is made of, which a test in Python computes too. */
function fingerprint() {
  const sources = readdirSync(join(HERE, "src"), { recursive: true }).filter((name) => /\.(ts|css)$/.test(name)).map((name) => `src/${name}`);
  const files = [...sources, "build.mjs", "terminals.mjs", "package-lock.json", "../grammar/filter.lark"];
  const hash = createHash("sha256");
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(HERE, file)));
  return hash.digest("hex");
}

/** The licences of the packages that are in the bundle. */
function licences(inputs) {
  const names = new Set(Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  return [...names].sort().map((name) => {
    const folder = join(HERE, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
}

if (process.argv.includes("--tests")) {
  const tests = readdirSync(join(HERE, "test")).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common, entryPoints: tests.map((name) => `test/${name}`), outdir: "build", outExtension: { ".js": ".mjs" }, platform: "node", logLevel: "warning",
  });
} else {
  const { metafile, outputFiles } = await build({
    ...common, entryPoints: ["src/element.ts"], minify: true, metafile: true, write: false, legalComments: "none",
    banner: { js: `// deltasib-filter, made by \`make web\` of sources ${fingerprint()}; licences: THIRD-PARTY.txt` },
  });
  writeFileSync(join(STATIC, "deltasib-filter.js"), outputFiles[0].contents);
  const heading = "deltasib-filter.js contains these packages:\n";
  writeFileSync(join(STATIC, "THIRD-PARTY.txt"), [heading, ...licences(metafile.inputs)].join(`\n${"-".repeat(78)}\n\n`));
}
