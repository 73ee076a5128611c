"""The command without its extra or the sandbox's, and as a module."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .conftest import environment
from .forked import LONGEST

pytestmark = pytest.mark.heavy


def without(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where a module is not installed."""
    code = f"""
import sys

class Missing:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            raise ModuleNotFoundError("it is not installed", name=name)

sys.meta_path.insert(0, Missing)
from deltasib_query.cli import main
main()
"""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8", env=environment(),
        timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("module", ["typer", "rich"])
def test_without_the_cli_extra_the_command_says_what_to_install(module: str) -> None:
    done = without(module, "check", "user", "User_Id = 1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: this needs {module}: pip install 'deltasib-query[cli]'\n"


@pytest.mark.parametrize("module", ["starlette", "uvicorn", "sqlalchemy", "jwt", "python_multipart"])
def test_without_the_sandbox_extra_the_sandbox_says_what_to_install(module: str) -> None:
    done = without(module, "sandbox", "--users", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: this needs {module}: pip install 'deltasib-query[sandbox]'\n"


@pytest.mark.parametrize("module", ["starlette", "uvicorn", "sqlalchemy"])
def test_without_the_sandbox_extra_the_console_says_what_to_install(module: str) -> None:
    done = without(module, "console", "--no-open")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: this needs {module}: pip install 'deltasib-query[sandbox]'\n"


def test_without_the_sandbox_extra_the_demo_says_what_to_install() -> None:
    done = without("starlette", "demo")
    assert done.returncode == 2
    assert done.stderr == "error: this needs starlette: pip install 'deltasib-query[sandbox]'\n"


def test_without_the_sandbox_extra_filters_are_checked() -> None:
    done = without("starlette", "check", "user", "User_Id = 1")
    assert (done.returncode, done.stdout) == (0, "User_Id = 1\n")


def test_a_module_of_ours_that_is_missing_is_no_missing_extra() -> None:
    done = without("deltasib_query.cli.formats", "check", "user", "User_Id = 1")
    assert "pip install" not in done.stderr
    assert "Error: " in done.stderr


def test_the_package_can_be_run() -> None:
    command = [sys.executable, "-m", "deltasib_query", "check", "user", "user_id=1"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=LONGEST)
    assert (done.returncode, done.stdout, done.stderr) == (0, "User_Id = 1\n", "")
