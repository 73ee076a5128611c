"""Every example of the README is executed."""

from __future__ import annotations

from pathlib import Path

from docs.examples import Page

README = Path(__file__).parent.parent / "README.md"


def test_the_examples_of_the_readme_are_true(tmp_path: Path) -> None:
    page = Page(README, tmp_path)
    page.run()
    assert page.executed > 5
