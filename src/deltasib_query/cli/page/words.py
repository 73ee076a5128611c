"""The words of the page, in English and Persian."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def page_words(language: str) -> Mapping[str, str]:
    """Return the words of a language by key."""
    words: Mapping[str, str] = json.loads(
        files("deltasib_query.cli.page").joinpath(f"words/{language}.json").read_text("utf-8")
    )
    return words
