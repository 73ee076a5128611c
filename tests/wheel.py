"""Install the built wheel into a fresh environment and test it there, with the tests of the source distribution."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOMS = (
    "messages/test_message.py", "language/test_parser.py", "conformance", "evaluation", "filters/test_parsing.py",
    "filters/policies", "assist/test_words.py", "integrations", "test_readme.py", "test_public_surface.py",
    "cli/test_check.py", "cli/test_page_words.py", "sandbox/test_server.py", "client/test_lists.py",
)  # fmt: skip
"""Tests of every part that has a file which a wheel could lack; the source tree has been through all of them."""


def main(dist: Path) -> int:
    (wheel,) = dist.resolve().glob("*.whl")
    (source,) = dist.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as temporary, tarfile.open(source) as archive:
        archive.extractall(temporary, filter="data")
        (here,) = Path(temporary).iterdir()
        venv.create(Path(temporary) / "venv")
        python = f"{temporary}/venv/bin/python"
        # The pip of this environment: that of a new one may be too old for groups.
        install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", str(wheel), "--group", "test"]
        install += ["--constraint", "constraints.txt"]
        subprocess.run(install, check=True, cwd=here)
        # The doctests of the installed modules are run too, which the source tree's `testpaths` cannot name here.
        tests = [python, "-m", "pytest", "-q", "--numprocesses", "auto", "-m", "not heavy"]
        tests += [*(f"tests/{room}" for room in ROOMS), "--pyargs", "deltasib_query"]
        quick = {**os.environ, "HYPOTHESIS_PROFILE": "quick"}
        return subprocess.run(tests, check=False, cwd=here, env=quick).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
