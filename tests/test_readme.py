"""Every example of the README is executed."""

from __future__ import annotations

import re
from pathlib import Path

from docs.examples import Page

README = Path(__file__).parent.parent / "README.md"


def test_the_examples_of_the_readme_are_true(tmp_path: Path) -> None:
    page = Page(README, tmp_path)
    page.run()
    assert page.executed > 5


def test_its_pictures_are_small_and_have_words_for_those_who_do_not_see_them() -> None:
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", README.read_text("utf-8"))
    assert len(pictures) == 2
    for words, path in pictures:
        assert len(words) > 20
        assert (README.parent / path).stat().st_size <= 150_000
