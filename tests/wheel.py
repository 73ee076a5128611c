"""Install the built wheel into a fresh environment and test it there, far from the source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOMS = (
    "language", "conformance", "schema", "filters", "backends", "policies", "integrations", "test_readme.py",
    "test_public_surface.py", "cli/test_check.py", "sandbox/test_server.py", "client/test_lists.py",
)  # fmt: skip
"""Tests of every part that has a file which a wheel could lack; the source tree has been through all of them."""


def main(dist: Path) -> int:
    (wheel,) = dist.glob("*.whl")
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        venv.create(here / "venv", with_pip=True)
        python = str(here / "venv" / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{wheel.resolve()}[dev]"]
        subprocess.run(install, check=True, cwd=here)
        shutil.copytree(root / "tests", here / "tests")
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(root / name, here)
        # The doctests of the installed modules are run too, which the source tree's `testpaths` cannot name here.
        tests = [python, "-m", "pytest", "-q", "--numprocesses", "auto", "-m", "not heavy"]
        tests += [*(f"tests/{room}" for room in ROOMS), "--pyargs", "deltasib_query"]
        quick = {**os.environ, "HYPOTHESIS_PROFILE": "quick"}
        return subprocess.run(tests, check=False, cwd=here, env=quick).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
