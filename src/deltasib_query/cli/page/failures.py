"""What the page says of an error: what is wrong, and what to do."""

from __future__ import annotations

from deltasib_query.assist.as_json import Json, said_as_json
from deltasib_query.cli.page.words import page_words
from deltasib_query.errors import DeltasibQueryError
from deltasib_query.messages.message import LANGUAGES


def failure(error: DeltasibQueryError) -> Json:
    """Return an error in all languages: the page changes its language without asking again."""
    return {
        "kind": type(error).__name__,
        "said": {language: said_as_json(error.said(language)) for language in LANGUAGES},
        "advice": {language: advice(type(error), language) for language in LANGUAGES},
    }


def advice(kind: type[BaseException], language: str) -> str:
    """Return what to do about a kind of error, or about the nearest kind that it is of."""
    words = page_words(language)
    return next(words[key] for base in kind.__mro__ if (key := f"advice.{base.__name__}") in words)
