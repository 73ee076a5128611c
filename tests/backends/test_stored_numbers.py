"""Numbers as rows hold them, beside the literals of filters."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deltasib_query import UserServiceBase, parse


@pytest.mark.parametrize(
    ("stored", "text", "found"),
    [
        (0.1, "Off = 0.1", True),
        (0.1, "Off <> 0.1", False),
        (0.1, "Off <= 0.1", True),
        (Decimal("0.1"), "Off = 0.10", True),
        (Decimal("0.30000000000000000001"), "Off = 0.3", False),
        ("0.1", "Off = 0.1", True),
        (5, "Off = 5.0", True),
        (5, "Off > 4.99", True),
    ],
)
def test_a_float_is_compared_as_one_and_every_other_number_exactly(stored: object, text: str, found: bool) -> None:
    assert parse(text, UserServiceBase).matches({"Off": stored}) is found


@pytest.mark.parametrize("stored", ["abc", "", [], object()])
def test_what_is_no_number_in_a_field_of_numbers_is_an_error(stored: object) -> None:
    with pytest.raises(TypeError, match="is not a number"):
        parse("Off = 5", UserServiceBase).matches({"Off": stored})
