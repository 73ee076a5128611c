"""Install the built wheel into a fresh environment and run the tests against it, far from the source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path


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
        tests += ["tests", "--pyargs", "deltasib_query"]
        quick = {**os.environ, "HYPOTHESIS_PROFILE": "quick"}
        return subprocess.run(tests, check=False, cwd=here, env=quick).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
