"""The files for those who work on the repository: what they name is there, and a version stands in one place."""

from __future__ import annotations

import importlib.metadata
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import wheel

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split())
UNLOCKED = {"atheris"}
"""Each Python needs another version of it."""

YAML = [ROOT / "mkdocs.yml", ROOT / ".pre-commit-config.yaml", *sorted((ROOT / ".github").rglob("*.yml"))]
TEMPLATES = [path for path in YAML if path.parent.name == "ISSUE_TEMPLATE" and path.stem != "config"]


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def locked() -> dict[str, Requirement]:
    """Return the constraints that hold on this Python."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    return {str(canonicalize_name(pin.name)): pin for pin in pins if pin.marker is None or pin.marker.evaluate()}


def required() -> Iterator[Requirement]:
    """Yield all that pyproject.toml asks for, but the package itself."""
    project = PROJECT["project"]
    lists = [
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *PROJECT["dependency-groups"].values(),
    ]
    for text in (text for texts in lists for text in texts if isinstance(text, str)):
        if not text.startswith(project["name"]):
            yield Requirement(text)


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.name)
def test_a_yaml_file_can_be_read(path: Path) -> None:
    assert isinstance(load(path), dict)


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_that_a_page_names_are_there(page: str) -> None:
    assert set(re.findall(r"(?:^|`)make (\w+)", PAGES[page], re.MULTILINE)) <= TARGETS


def test_contributing_explains_every_command() -> None:
    assert set(re.findall(r"^\| `make (\w+)` \|", PAGES["CONTRIBUTING.md"], re.MULTILINE)) == TARGETS


def test_every_command_is_a_target() -> None:
    assert {name for name in TARGETS if not re.search(rf"^{name}:", MAKEFILE, re.MULTILINE)} == set()


def test_contributing_says_what_a_check_is() -> None:
    (steps,) = re.findall(r"^check: (.*)$", MAKEFILE, re.MULTILINE)
    row = next(line for line in PAGES["CONTRIBUTING.md"].splitlines() if line.startswith("| `make check`"))
    assert re.findall(r"`(\w+)`", row) == steps.split()


def test_ci_runs_commands_and_the_workflow_runs_ci() -> None:
    assert set(re.findall(r"\bmake (\w+)", CI)) <= TARGETS
    (job,) = load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"].values()
    assert job["steps"][-1] == {"run": ".ci/run"}
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("page", PAGES)
def test_the_files_that_a_page_names_are_there(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", PAGES[page])
    paths = [name for name in re.findall(r"`([\w./-]+)`", PAGES[page]) if re.search(r"\w/|\.\w+$", name)]
    made = {
        "dist/",
        "build/site",
        ".venv",
        ".venv/bin/ruff",
        "reject.jsonl",
        "complete.jsonl",
        "tool.coverage.report.fail_under",
    }
    bases = (ROOT, ROOT / "grammar" / "conformance")
    assert [name for name in {*links, *paths} - made if not any((base / name).exists() for base in bases)] == []


def test_the_tests_that_commands_name_are_there() -> None:
    (old,) = re.findall(r"^OLD := \$\(addprefix tests/,(.*?)\)$", MAKEFILE, re.MULTILINE | re.DOTALL)
    (left_out,) = re.findall(r"^py314: LEFT_OUT := (.*)$", MAKEFILE, re.MULTILINE)
    (folders,) = re.findall(r"^py314: FOLDERS \?= (.*)$", MAKEFILE, re.MULTILINE)
    names = {*old.replace("\\", "").split(), *left_out.split(), *folders.split(), *wheel.ROOMS}
    named = {f"tests/{name}" for name in names} | set(re.findall(r"tests/[\w/.]+", CI))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_an_issue_template_asks_for_something(path: Path) -> None:
    template = load(path)
    asked = [part for part in template["body"] if part["type"] != "markdown"]
    assert {"name", "description"} <= template.keys()
    assert len({part["id"] for part in asked}) == len(asked) > 1
    assert all(part["attributes"]["label"] for part in asked)
    assert any(part.get("validations", {}).get("required") for part in asked)


def test_pre_commit_calls_the_programs_of_the_virtual_environment() -> None:
    hooks = [hook for repository in load(ROOT / ".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]]
    assert [hook["entry"].split()[0] for hook in hooks] == [".venv/bin/ruff", ".venv/bin/ruff", ".venv/bin/mypy"]
    assert {hook["language"] for hook in hooks} == {"system"}


def test_every_requirement_is_locked_to_a_version_that_it_allows() -> None:
    pins = locked()
    wanted = [requirement for requirement in required() if requirement.name not in UNLOCKED]
    assert len(wanted) > 40
    versions = {name: next(iter(pin.specifier)).version for name, pin in pins.items()}
    assert [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), "0"))
    ] == []


def test_every_version_is_exact() -> None:
    assert [str(pin) for pin in locked().values() if [each.operator for each in pin.specifier] != ["=="]] == []


def test_what_is_installed_is_what_is_locked() -> None:
    here = {str(canonicalize_name(each.name)): each.version for each in importlib.metadata.distributions()}
    pins = {name: pin for name, pin in locked().items() if name in here}
    assert {"ruff", "mypy", "pytest", "lark", "pydantic"} <= pins.keys()
    assert {name: here[name] for name, pin in pins.items() if not pin.specifier.contains(here[name])} == {}
