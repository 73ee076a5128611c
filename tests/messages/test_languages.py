"""Which language an Accept-Language header prefers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query.messages.languages import preferred_language
from deltasib_query.messages.message import LANGUAGES

HEADERS = {
    # One of them
    "fa": "fa", "en": "en", "FA": "fa", "fa-IR": "fa", "fa-Arab-IR": "fa", "en-US": "en",
    # The best quality
    "fa-IR,fa;q=0.9,en-US;q=0.8,en;q=0.7": "fa", "en-US,en;q=0.9,fa;q=0.8": "en", "en;q=0.1,fa;q=0.2": "fa",
    "fa;q=0.001,en;q=0": "fa", "de,fr;q=0.9,fa;q=0.1": "fa", "en;q=0.8,fa-IR;q=0.2,fa;q=0.9": "fa",
    "fa;q=1.000,en;q=0.999": "fa", "en;q=0.,fa;q=0.1": "fa",
    # The first of two with the same quality
    "fa,en": "fa", "en,fa": "en", "fa;q=0.5,en;q=0.5": "fa",
    # Any other
    "*": "en", "en;q=0,*": "fa", "*;q=0.5,fa;q=0.4": "en", "*;q=0.1,fa": "fa", "en;q=0.2,*;q=0.5": "fa",
    # None that we have
    "": "en", "de": "en", "fa;q=0": "en", "fa;q=0,en;q=0": "en", "*;q=0": "en", "fas": "en", "f": "en",
    # Blanks
    " fa ; q=0.9 ,\ten;q=0.8": "fa", "fa;Q=0.9,en;q=0.8": "fa", ", ,fa,": "fa",
    # No language ranges
    "fa;q=2": "en", "fa;q=-1": "en", "fa;q=0.1234": "en", "fa;q=": "en", "fa;level=1": "en",
    "fa_IR": "en", "فارسی": "en", "fa IR": "en", "fa;q=٠.٥": "en", "fa\n": "en", "*-IR": "en",
}  # fmt: skip


@pytest.mark.parametrize(("header", "language"), HEADERS.items())
def test_the_language_that_a_header_prefers(header: str, language: str) -> None:
    assert preferred_language(header) == language


def test_without_a_header_it_is_english() -> None:
    assert preferred_language(None) == "en"


@given(st.text() | st.lists(st.sampled_from(["fa", "en", "*", ";", "q=", "0.5", "1", ",", "-", " "])).map("".join))
def test_any_header_gives_one_of_our_languages(header: str) -> None:
    assert preferred_language(header) in LANGUAGES
