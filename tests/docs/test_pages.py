"""Every example of the documentation is executed, and its pages have everything that there is."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import deltasib_query
from deltasib_query import errors
from deltasib_query.cli.problem_codes import problem_codes
from deltasib_query.service.actions import ACTIONS, Action
from deltasib_query.service.objects import RECORDS

from .examples import DOCS, EXECUTED, PAGES, SHOWN, Block, Page, blocks

TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}
EVERYTHING = "\n".join(text for name, text in TEXTS.items() if not name.startswith("fa/"))
SOURCE = Path(deltasib_query.__file__).parent
MADE = re.compile(r"^<!-- make: (\w+) ?(.*?) -->$", re.MULTILINE)
"""What docs/hooks.py replaces."""


def load(name: str) -> ModuleType:
    """Import a file of docs/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hooks = load("hooks")


@pytest.mark.heavy
@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if any(blocks(text))])
def test_the_examples_of_a_page_are_true(name: str, tmp_path: Path) -> None:
    page = Page(PAGES[name], tmp_path)
    with page.sandbox():
        page.run()


def test_no_block_escapes_execution_by_its_language() -> None:
    languages = {block.language for text in TEXTS.values() for block in blocks(text)}
    assert languages <= EXECUTED | SHOWN


def test_every_fence_is_a_block() -> None:
    assert [name for name, text in TEXTS.items() if text.count("```") != 2 * sum(1 for _ in blocks(text))] == []


def written(block: Block) -> list[str]:
    """Return the lines of a block that somebody wrote: a program or a command, not what it prints."""
    lines = block.text.splitlines()
    prompts = {"pycon": (">>> ", "... "), "console": ("$ ",)}
    return [line for line in lines if block.language != "text" and line.startswith(prompts.get(block.language, ""))]


@pytest.mark.parametrize("name", TEXTS)
def test_the_code_of_a_page_fits_into_its_column(name: str) -> None:
    long = [line for block in blocks(TEXTS[name]) for line in written(block) if len(line) > hooks.COLUMNS]
    assert long == []


def test_every_action_has_its_section_in_the_guides_order() -> None:
    made = [argument for name, argument in MADE.findall(TEXTS["reference/actions.md"]) if name == "action"]
    assert made == [f"{action.object} {action.name}" for action in ACTIONS]


def test_the_example_of_an_action_sends_it(tmp_path: Path) -> None:
    name = "reference/actions.md"
    page = Page(PAGES[name], tmp_path)
    with page.sandbox():
        page.run()
    lines = TEXTS[name].splitlines()
    starts = {mark[1]: lines.index(f"<!-- make: action {mark[1]} -->") for mark in MADE.findall(TEXTS[name])}
    ends = [*list(starts.values())[1:], len(lines)]
    silent = []
    for action, start, end in zip(ACTIONS, starts.values(), ends, strict=True):
        sent = [request.lower() for line, request in page.requests if start < line < end]
        wanted = f"{action.method} {action.object} {action.name}".lower()
        if not any(request.startswith(wanted) for request in sent):
            silent.append(wanted)
    assert silent == []


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.object} {action.name}")
def test_the_table_of_an_action_has_what_the_protocol_has(action: Action) -> None:
    table = hooks.action(f"{action.object} {action.name}")
    rows = [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in table.splitlines() if row[:1] == "|"]
    assert rows[2][:1] == [action.object] and action.method in rows[2]
    assert [row[0] for row in rows[5:]] == [parameter.name for parameter in action.parameters]
    starred = [row[0] for row in rows[5:] if row[2] == "yes"]
    assert starred == [parameter.name for parameter in action.parameters if parameter.required]
    assert [row[3] for row in rows[5:]] == [parameter.default for parameter in action.parameters]


def test_every_record_has_its_table_of_fields() -> None:
    made = [argument for name, argument in MADE.findall(EVERYTHING) if name == "fields"]
    assert set(made) >= {record.__name__ for record in RECORDS}
    for record in RECORDS:
        table = hooks.fields(record.__name__)
        assert all(f"| `{name}`" in table for name in (*record.fields_by_name, *record.response_fields_by_name))


def test_every_public_name_is_in_the_reference_once() -> None:
    given = re.findall(r"^::: deltasib_query\.(\w+)$", EVERYTHING, re.MULTILINE)
    assert sorted(given) == sorted(deltasib_query.__all__)


def test_the_page_of_errors_has_every_exception() -> None:
    kinds = [name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)]
    page = TEXTS["reference/errors.md"] + hooks.service_codes("")
    assert [name for name in kinds if f"`{name}`" not in page] == []


def test_a_code_of_problems_stands_beside_its_exception() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", TEXTS["reference/errors.md"], re.MULTILINE))
    assert [code for code, error in errors._FILTER_ERRORS.items() if f"`{code}`" not in rows[error.__name__]] == []


NO_CODES = {"contents", "field-name", "hint", "json", "parameter", "row", "undecided", "usage", "wanted"}
"""The first parts of keys in those files that no problem has: of errors, and of messages within others."""


def codes_of_sentences() -> set[str]:
    """Return the codes of problems that the files of messages have."""
    folder = SOURCE / "messages" / "en"
    keys = {key for name in ("language", "filters") for key in json.loads((folder / f"{name}.json").read_text("utf-8"))}
    return {key.partition(".")[0] for key in keys} - NO_CODES | {"url-too-long"}


def test_every_code_of_problems_is_explained() -> None:
    tables = hooks.codes("")
    explained = {
        code for row in re.findall(r"^\| (`.*?) \|", tables, re.MULTILINE) for code in re.findall(r"`(.*?)`", row)
    }
    assert explained == codes_of_sentences()


def test_what_is_inferred_anywhere_is_on_its_page() -> None:
    page = TEXTS["reference/inferred.md"]
    files = [path for path in SOURCE.rglob("*.py") if "[inferred" in path.read_text(encoding="utf-8")]
    names = [path.relative_to(SOURCE).as_posix() for path in files]
    assert names
    assert [name for name in names if f"`{name}`" not in page] == []


def test_the_files_that_page_names_are_there() -> None:
    named = re.findall(r"`([\w/]+\.py)`", TEXTS["reference/inferred.md"])
    assert named
    assert [name for name in named if not (SOURCE / name).is_file()] == []


def test_what_that_page_names_in_a_file_is_in_it() -> None:
    named = re.findall(r"`([\w/]+\.py)`, `(?:\w+\.)?(\w+)`", TEXTS["reference/inferred.md"])
    assert len(named) > 20
    assert [(path, name) for path, name in named if name not in (SOURCE / path).read_text(encoding="utf-8")] == []


def test_the_tests_that_keep_the_promises_of_a_walk_are_there() -> None:
    named = re.findall(r"`(test_\w+\.py)::(\w+)`", TEXTS["architecture.md"])
    assert len(named) > 15
    folder = DOCS.parent / "tests" / "client" / "paging"
    texts = {file: (folder / file).read_text(encoding="utf-8") for file, _ in named}
    assert [(file, name) for file, name in named if f"def {name}(" not in texts[file]] == []


def test_what_the_site_makes_of_docstrings() -> None:
    made = load("docstrings").to_markdown("Do.\n\na, b: two\n    lines.\nc: `Filter`\n\n>>> 1\n1")
    listed = "- **a, b**: two\n    lines.\n- **c**: [`Filter`][deltasib_query.Filter]"
    assert made == f"Do.\n\n{listed}\n\n```pycon\n>>> 1\n1\n```"


def meanings(page: str, heads: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Return the severity, code and meaning of each code in the tables of a page that have these heads."""
    errors_and_warnings = page.partition(f"\n| {heads[0]} |")[2].partition("\n## ")[0].split(f"\n| {heads[1]} |")
    found = []
    for severity, rows in zip(("error", "warning"), errors_and_warnings, strict=True):
        for codes, meaning in re.findall(r"^\| (`.*?) \| (.*?) \|(?: .*\|)?$", rows, re.MULTILINE):
            told = meaning.replace(r"\|", "|")
            found += [(severity, code, told) for code in re.findall(r"`([\w-]+)`", codes)]
    return found


@pytest.mark.parametrize(
    ("page", "heads", "language"),
    [("grammar/README.md", ("error", "warning"), "en"), ("docs/fa/reference/language.md", ("خطا", "هشدار"), "fa")],
)
def test_the_tables_of_codes_say_what_the_command_says(page: str, heads: tuple[str, str], language: str) -> None:
    text = (DOCS.parent / page).read_text(encoding="utf-8")
    assert meanings(text, heads) == [(each.severity, each.code, each.meaning[language]) for each in problem_codes()]
