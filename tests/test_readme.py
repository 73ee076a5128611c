"""Every example of the README is executed."""

import doctest
from pathlib import Path


def test_the_examples_of_the_readme_are_true() -> None:
    readme = Path(__file__).parent.parent / "README.md"
    result = doctest.testfile(str(readme), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted >= 20
