"""Persian pages are kept beside the English ones: the same headings, examples and marks, in the same order."""

from __future__ import annotations

import posixpath
import re

import pytest

from .examples import PAGES, blocks
from .test_pages import MADE, hooks, load

pytest.importorskip("mkdocs")

languages = load("languages")
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}
PERSIAN = {name.removeprefix("fa/"): text for name, text in TEXTS.items() if name.startswith("fa/")}
ENGLISH = {name: text for name, text in TEXTS.items() if not name.startswith("fa/")}

WHOLE = {name: hooks.on_page_markdown(ENGLISH[name]) for name in PERSIAN.keys() & ENGLISH.keys()}
"""The English pages with what docs/hooks.py puts into them."""

ONLY_ENGLISH = {
    "architecture.md", "changelog.md",
    *(name for name in ENGLISH if name.startswith("reference/") and name != "reference/language.md"),
}  # fmt: skip
"""Pages that are looked up in rather than read, and those for people who change the library."""

NOT_YET = {
    "use/compare.md", "use/editor-api.md", "use/editor.md", "use/engines.md", "use/events.md", "use/load.md",
    "use/probe.md",
}  # fmt: skip
"""Pages whose readers would like a Persian one."""


def levels(text: str) -> list[int]:
    return [len(found["marks"]) for found in languages.HEADING.finditer(text) if found["heading"]]


def anchors_given(text: str) -> list[str]:
    return re.findall(r"""\bid="([\w-]+)"|\{ ?#([\w-]+)""", text)


def test_the_lists_of_english_pages_are_kept() -> None:
    assert sorted(ENGLISH.keys() - PERSIAN.keys()) == sorted(ONLY_ENGLISH | NOT_YET)
    assert sorted(PERSIAN.keys() - ENGLISH.keys()) == []


@pytest.mark.parametrize("name", PERSIAN)
def test_a_persian_page_has_the_headings_of_the_english_one(name: str) -> None:
    assert levels(PERSIAN[name]) == levels(WHOLE[name])


@pytest.mark.parametrize("name", PERSIAN)
def test_a_persian_page_has_the_examples_of_the_english_one(name: str) -> None:
    persian, english = ([(block.language, block.title) for block in blocks(text[name])] for text in (PERSIAN, WHOLE))
    assert persian == english


@pytest.mark.parametrize("name", PERSIAN)
def test_a_persian_page_has_the_marks_of_the_english_one(name: str) -> None:
    """The page on the language is made of grammar/README.md in English, and written out in Persian."""
    marks = [mark for mark in MADE.findall(ENGLISH[name]) if mark != ("grammar", "")]
    assert MADE.findall(PERSIAN[name]) == marks
    assert anchors_given(PERSIAN[name]) == anchors_given(WHOLE[name])


@pytest.mark.parametrize("name", PERSIAN)
def test_a_persian_page_says_everything_in_persian(name: str) -> None:
    """Its headings are, whatever code stands in them; a heading of code alone is a name."""
    headings = [found["title"] for found in languages.HEADING.finditer(PERSIAN[name]) if found["heading"]]
    english = [found["title"] for found in languages.HEADING.finditer(WHOLE[name]) if found["heading"]]
    same = {title for title, other in zip(headings, english, strict=True) if title == other}
    assert {title for title in same if not re.fullmatch(r"`[^`]+`|deltasib_query", title)} == set()


@pytest.mark.parametrize("name", PERSIAN)
def test_a_persian_page_leads_to_persian_ones(name: str) -> None:
    folder = posixpath.dirname(f"fa/{name}")
    linked = {
        posixpath.normpath(posixpath.join(folder, path))
        for path in re.findall(r"\]\(([\w./-]+\.md)[#)]", PERSIAN[name])
    }
    assert linked & PERSIAN.keys() == set()


def test_a_code_has_the_example_of_the_english_page() -> None:
    row = re.compile(r"^\| `[\w-]+`\{ #code.*", re.MULTILINE)
    persian, english = (
        [re.findall("`[^`]+`", found.rpartition(" | ")[2]) for found in row.findall(text["reference/language.md"])]
        for text in (PERSIAN, WHOLE)
    )
    assert len(english) > 50
    assert persian == english


def test_a_persian_heading_gets_the_anchor_of_the_english_one() -> None:
    english = "# Validate\n\n```sh\n# no heading\n```\n\n## `fields` of [rows](x.md)\n"
    persian = "# بررسی\n\n```sh\n# no heading\n```\n\n## فیلدها\n"
    assert languages.anchors(english) == ["validate", "fields-of-rows"]
    assert languages.with_anchors_of(english, persian) == (
        "# بررسی { #validate }\n\n```sh\n# no heading\n```\n\n## فیلدها { #fields-of-rows }\n"
    )
