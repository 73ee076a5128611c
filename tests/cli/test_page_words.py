"""What the page of the console says, and its files."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from deltasib_query.cli.page.app import PAGE_FILES
from deltasib_query.cli.page.lists import OFFERS
from deltasib_query.cli.page.words import page_words

ENGLISH, PERSIAN = page_words("en"), page_words("fa")
TEXTS = "".join(
    files("deltasib_query.cli.page").joinpath(f"static/{name}").read_text("utf-8")
    for name in ("console.html", "console.js")
)


def test_the_files_of_the_page_are_there() -> None:
    assert [path for path, file in PAGE_FILES.items() if not file.is_file()] == []


def test_both_languages_have_the_same_words() -> None:
    assert ENGLISH.keys() == PERSIAN.keys()


@pytest.mark.parametrize("key", ENGLISH)
def test_a_word_has_the_same_places_and_as_much_code_in_both_languages(key: str) -> None:
    for pattern in (r"\{\w+\}", "`[^`]*`"):
        if key != "language":  # which is the name of the other one
            english = {*re.findall(pattern, ENGLISH[key])}
            assert english <= {*re.findall(pattern, PERSIAN[key])}, pattern


def test_every_word_that_the_page_uses_is_there_and_the_other_way_round() -> None:
    used = {*re.findall(r'data-word="([\w.-]+)"', TEXTS), *re.findall(r'(?:say|notice)\("([\w.-]+)"', TEXTS)}
    assert used <= ENGLISH.keys()
    built = {key for key in ENGLISH if key.startswith(("list.", "copy.", "advice."))}
    assert [key for key in ENGLISH.keys() - built if f'"{key}"' not in TEXTS] == []
    assert {key for key in built if key.startswith("list.")} == {f"list.{name}" for name in OFFERS}
