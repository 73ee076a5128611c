"""The spellings of a text: ye and kaf of Persian and of Arabic keyboards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import User, spellings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("علی", ["علی", "علي"]),
        ("علي", ["علي", "علی"]),
        ("كاظم", ["كاظم", "کاظم"]),
        ("کریمی", ["کریمی", "كریمی", "کريمي", "كريمي"]),
        ("مصطفى", ["مصطفى", "مصطفی", "مصطفي"]),
        ("ali", ["ali"]),
        ("", [""]),
    ],
)
def test_the_spellings_of_a_text(text: str, found: list[str]) -> None:
    assert spellings(text)[0] == text
    assert sorted(spellings(text)) == sorted(found)


@given(st.text("یيىکكعلmn ", max_size=8))
def test_every_spelling_has_the_same_spellings(text: str) -> None:
    found = spellings(text)
    assert len(found) == len(set(found)) <= 5
    for one in found[1:]:
        assert len(one) == len(text)
        assert {*spellings(one)} <= {*found}


def test_they_are_values_of_in() -> None:
    assert str(User.Family.in_(spellings("علی"))) == "(Family = 'علی' or Family = 'علي')"
