"""The bytes of an answer to JSON: its charset, what stands in front of it, its numbers. No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from deltasib_query.service.profile import CHARSETS, SINGLE_BYTE_CHARSETS

_BLANK: Final = "\ufeff \t\r\n"
"""What may stand around JSON: white space, and byte order marks, of which each file of a PHP program may print one."""

_MESSAGE: Final = (
    r"(?:(?:Recoverable[ ]|Catchable[ ])?[Ff]atal[ ]error|Parse[ ]error|Warning|Notice|Deprecated|Strict[ ]Standards)"
)
_PHP_MESSAGE: Final = re.compile(rf"(?:^|<b>|PHP ){_MESSAGE}(?:</b>)?:", re.MULTILINE)
_PHP_MESSAGES: Final = re.compile(
    rf"""
    (?: \s* (?:\[[^\]\n]*\]\ )?                 # the time, as in a log
        (?:<br\s*/?>\s*|<b>|PHP\ )* {_MESSAGE} (?:</b>)?:
        [^\n]*? \ on\ line\ (?:<b>)?\d+(?:</b>)? (?:<br\s*/?>)?
    )*
    """,
    re.VERBOSE,
)
_OPENING: Final = re.compile(r"[\[{]")


class NotJSON(Exception):  # noqa: N818 - never leaves the package
    """An answer cannot be read; the text says why, and shows nothing of it."""


def read_json(
    content: bytes, declared: str | None = None, *, stated: str | None = None, skip_preamble: bool = False
) -> Any:
    """Return the JSON of an answer. Its header may have `declared` a charset; one that is `stated` counts instead.

    Fractions are `Decimal`s. A number that Python cannot hold is its text, as are ``NaN`` and ``Infinity``.
    Raises `NotJSON`.

    >>> read_json(b'[{"Price": 99999999999999.99}]')
    [{'Price': Decimal('99999999999999.99')}]
    """
    text = _text(content, declared, stated).strip(_BLANK)
    try:
        return _parsed(text)
    except RecursionError:
        reason = "the answer is not JSON that can be read: it is nested too deeply"
    except ValueError:
        reason = "the answer is not JSON"
    php = "a PHP error or warning" if _PHP_MESSAGE.search(text) else ""
    behind = _behind_preamble(text)
    if behind is None:
        raise NotJSON(f"{reason}: there is {php} in it" if php else reason)
    if not skip_preamble:
        hint = "ServerProfile(skip_preamble=True) reads on behind it"
        raise NotJSON(f"{reason}: there is {php or 'other text'} in front of it; {hint}")
    return behind


def _text(content: bytes, declared: str | None, stated: str | None) -> str:
    """A byte order mark, or the zeros of JSON in UTF-16, tell more than what is declared."""
    charset: str = stated or json.detect_encoding(content)
    if stated is None and charset == "utf-8" and declared is not None:
        charset = declared.lower()
        if charset not in CHARSETS:
            raise NotJSON(f"the answer is not JSON that can be read: its charset is declared as {declared}")
    utf8_too = charset in SINGLE_BYTE_CHARSETS and not content.isascii() and _decoded(content, "utf-8") is not None
    if stated is None and utf8_too:
        # Any bytes can be read in such a charset, and these would become other letters.
        hint = 'ServerProfile(charset="utf-8") reads it as such'
        raise NotJSON(f"the answer is not JSON in {charset}, as declared; it seems to be UTF-8: {hint}")
    text = _decoded(content, charset)
    if text is None:
        raise NotJSON(f"the answer is not JSON in {charset}")
    return text


def _decoded(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        return None


def _number_or_text(number: Callable[[str], object]) -> Callable[[str], object]:
    def read(text: str) -> object:
        try:
            return number(text)
        except (ArithmeticError, ValueError):
            return text

    return read


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=str)
_LONG_NUMBERS: Final = json.JSONDecoder(
    parse_float=_number_or_text(Decimal), parse_int=_number_or_text(int), parse_constant=str
)


def _parsed(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError:
        raise
    except (ArithmeticError, ValueError):  # more digits than `int` takes, or a larger exponent than `Decimal` does
        answer = _LONG_NUMBERS.decode(text)
        if isinstance(answer, str):
            raise ValueError("a long number alone") from None
        return answer


def _behind_preamble(text: str) -> Any:
    """The JSON that begins at the first bracket behind PHP's messages and is the rest of the text; None for no JSON.

    A later bracket is not tried: behind it there may be the last row of a list that was cut.
    """
    messages = _PHP_MESSAGES.match(text)
    opening = _OPENING.search(text, messages.end() if messages else 0)
    try:
        return _parsed(text[opening.start() :]) if opening and opening.start() else None
    except (RecursionError, ValueError):
        return None
