"""The package's docstring says which module reports a problem."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pytest

from deltasib_query.language import diagnosis

ROWS = re.findall(r"^\| (`.+`) \| (\w+) \|$", diagnosis.__doc__ or "", re.MULTILINE)


def test_the_table_is_found() -> None:
    assert [module for _, module in ROWS] == [
        "diagnose", "conditions", "operators", "literals", "connectives", "scanner",
    ]  # fmt: skip


@pytest.mark.parametrize(("codes", "module"), ROWS)
def test_a_module_has_the_codes_that_the_table_says(codes: str, module: str) -> None:
    source = inspect.getsource(import_module(f"{diagnosis.__name__}.{module}"))
    made = {code.partition(".")[0] for code in re.findall(r'"([a-z.-]+)"', source)}
    assert set(codes.replace("`", "").split()) <= made
