"""The page on explanations: what its table says is what `explain` says."""

from __future__ import annotations

import re

import pytest

from deltasib_query import User, UserPayment, UserServiceBase, explain

from .examples import PAGES

ROWS = re.findall(r"^\| `(.*)` \| (.*) \| (.*) \|$", PAGES["use/explain.md"].read_text(encoding="utf-8"), re.MULTILINE)


def test_the_table_is_found() -> None:
    assert len(ROWS) == 8


@pytest.mark.parametrize(("text", "english", "persian"), ROWS)
def test_a_row_of_the_table(text: str, english: str, persian: str) -> None:
    record = next(each for each in (User, UserPayment, UserServiceBase) if text.split()[0] in each.fields_by_name)
    said = [str(explain(text, record, language=language)) for language in ("en", "fa")]
    assert [re.sub("[\u2068\u2069]", "", each) for each in said] == [english, persian]
