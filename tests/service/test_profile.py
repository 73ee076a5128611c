"""What a caller may state about a server."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import ParameterError, ServerProfile


def test_a_charset_that_there_is_not_cannot_be_stated() -> None:
    with pytest.raises(ParameterError, match=r"^charset: one of ascii, cp1256, .* is needed, not 'rot13'$"):
        ServerProfile(charset="rot13")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"page_cap": 0}, "page_cap"),
        ({"page_cap": True}, "page_cap"),
        ({"page_cap": 1.5}, "page_cap"),
        ({"page_cap": "5"}, "page_cap"),
        ({"skip_preamble": 1}, "skip_preamble"),
        ({"skip_preamble": "no"}, "skip_preamble"),
    ],
)  # fmt: skip
def test_a_profile_is_checked(arguments: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name}: "):
        ServerProfile(**arguments)


def test_a_profile_is_a_value() -> None:
    assert ServerProfile(page_cap=100) == ServerProfile(page_cap=100) != ServerProfile()
    assert len({ServerProfile(), ServerProfile()}) == 1
