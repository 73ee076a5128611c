"""How tests look for secrets: the forms that a text may have, and all that an error or a log says."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

import pytest


def forms(texts: Iterable[str]) -> list[str]:
    """Return the texts as they are, and as URLs, forms and reprs write them."""
    ways = (str, quote, quote_plus, lambda text: quote(text).lower(), ascii, lambda text: ascii(text)[1:-1])
    return list(dict.fromkeys(way(text) for text in texts for way in ways))


def found_in(text: str, hidden: Iterable[str]) -> list[str]:
    """Return what should be hidden, and is not."""
    return [each for each in hidden if each in text]


def links(error: BaseException | None) -> list[BaseException]:
    """Return an error, and all errors behind it."""
    return [error, *links(error.__cause__), *links(error.__context__)] if error is not None else []


def messages(error: BaseException) -> str:
    """Return an error's traceback, and the texts and reprs of all errors behind it."""
    printed = "".join(traceback.format_exception(error))
    return printed + "".join(f"{link}{link!r}{link.args!r}{vars(link)!r}" for link in links(error))


def logged(caplog: pytest.LogCaptureFixture, logger: str = "") -> str:
    """Return all that a logger and those below it were told, as text and as it was given."""
    records = [record for record in caplog.records if f"{record.name}.".startswith(f"{logger}." if logger else "")]
    return "\n".join(f"{record.getMessage()} {record.args!r} {record.msg!r} {record.exc_text}" for record in records)
