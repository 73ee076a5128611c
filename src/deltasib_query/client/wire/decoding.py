"""The bytes of a response as JSON: the charset, text before the JSON, exact numbers. No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from deltasib_query.display import printable
from deltasib_query.messages.message import Message
from deltasib_query.service.profile import CHARSETS, SINGLE_BYTE_CHARSETS

_BLANK: Final = "\ufeff \t\r\n"
"""What is ignored around JSON: white space and byte order marks; every file of a PHP program may print one."""

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
_SHOWN: Final = 80
"""Characters of a declared charset in a message."""


class NotJSON(Exception):  # noqa: N818 - never leaves the package
    """A response cannot be read. `reason` says why, and shows nothing of the response."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def read_json(
    content: bytes, declared: str | None = None, *, stated: str | None = None, skip_preamble: bool = False
) -> Any:
    """Return the JSON of a response.

    Fractions are `Decimal`s. A number that Python cannot hold becomes its text, and so do ``NaN`` and ``Infinity``.

    declared: the charset in the response's header.
    stated: the charset that the caller states; it replaces the declared one.
    skip_preamble: skip other text before the JSON.

    Raises `NotJSON`.

    >>> read_json(b'[{"Price": 99999999999999.99}]')
    [{'Price': Decimal('99999999999999.99')}]
    """
    text = _text(content, declared, stated).strip(_BLANK)
    try:
        return _parsed(text)
    except RecursionError:
        reason = Message("response.too-deep")
    except ValueError:
        reason = Message("response.not-json")
    php = _PHP_MESSAGE.search(text)
    rest = _after_preamble(text)
    if rest is None:
        raise NotJSON(Message("response.php-within", reason=reason) if php else reason)
    if not skip_preamble:
        raise NotJSON(Message("response.php-before" if php else "response.text-before", reason=reason))
    return rest


def _text(content: bytes, declared: str | None, stated: str | None) -> str:
    """Return the text of a response. A byte order mark and the zeros of UTF-16 count more than the declared charset."""
    charset: str = stated or json.detect_encoding(content)
    if stated is None and charset == "utf-8" and declared is not None:
        charset = declared.lower()
        if charset not in CHARSETS:
            raise NotJSON(Message("response.unknown-charset", charset=printable(declared[:_SHOWN])))
    utf8_too = charset in SINGLE_BYTE_CHARSETS and not content.isascii() and _decoded(content, "utf-8") is not None
    if stated is None and utf8_too:
        # All bytes can be decoded in such a charset, but those of UTF-8 become wrong letters.
        raise NotJSON(Message("response.utf-8", charset=charset))
    text = _decoded(content, charset)
    if text is None:
        raise NotJSON(Message("response.another-charset", charset=charset))
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
    except (ArithmeticError, ValueError):  # too many digits for `int`, or too large an exponent for `Decimal`
        data = _LONG_NUMBERS.decode(text)
        if isinstance(data, str):
            raise ValueError("a long number alone") from None
        return data


def _after_preamble(text: str) -> Any:
    """Return the JSON from the first bracket after PHP's messages to the end of the text; None if that is not JSON.

    Later brackets are not tried: one of them may begin the last row of a list that was cut off.
    """
    messages = _PHP_MESSAGES.match(text)
    opening = _OPENING.search(text, messages.end() if messages else 0)
    try:
        return _parsed(text[opening.start() :]) if opening and opening.start() else None
    except (RecursionError, ValueError):
        return None
