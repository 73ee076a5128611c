// Runs pytest in CPython 3.14, which npm's pyodide brings as WebAssembly: no threads there, no processes, no network.
// Usage: node run.mjs FOLDER ARGUMENT..., where FOLDER has node_modules and site-packages, and the arguments are pytest's.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, ...options] = process.argv.slice(2);
const { loadPyodide } = createRequire(join(resolve(folder), "/"))("pyodide");
const python = await loadPyodide({ env: { HOME: "/tmp", HYPOTHESIS_PROFILE: "quick" } });
python.mountNodeFS("/project", process.cwd());
python.mountNodeFS("/site-packages", join(resolve(folder), "site-packages"));
python.globals.set("options", python.toPy(options));
process.exitCode = python.runPython(`
import os, sys
os.chdir("/project")
sys.path.insert(0, "/site-packages")
import pytest
int(pytest.main(options))
`);
