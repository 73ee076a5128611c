"""What the page says of an error: what is wrong, and what to do."""

from __future__ import annotations

from deltasib_query.assist.as_json import Json, said_as_json
from deltasib_query.cli.page.words import page_words
from deltasib_query.errors import DeltasibQueryError, FilterError, ParameterError, ResumeError, ServiceError
from deltasib_query.messages.message import LANGUAGES


def failure(error: DeltasibQueryError) -> Json:
    """Return an error in all languages: the page changes its language without asking again."""
    reason = error.problem if isinstance(error, FilterError) else error
    return {
        "kind": type(error).__name__,
        "again": not isinstance(error, FilterError | ParameterError | ResumeError),
        "said": {language: said_as_json(reason.said(language)) for language in LANGUAGES},
        "advice": {language: _advice(error, language) for language in LANGUAGES},
    }


def _advice(error: DeltasibQueryError, language: str) -> str:
    """Return what to do about an error: about its class, or about the nearest base class that has an advice."""
    words = page_words(language)
    if isinstance(error, ServiceError) and error.code is None and error.status >= 500:
        return words["advice.unavailable"]
    return next(words[key] for kind in type(error).__mro__ if (key := f"advice.{kind.__name__}") in words)
