"""A message: a key and what is to be filled in. The sentences are in ``en/*.json`` and ``fa/*.json``, by key.

In a sentence ``{name}`` is the parameter of that name, and ``{name:,}`` a number with thousands separators. What stands
in backticks is code: words of the Filter language or of Python, which no language translates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias, cast

from deltasib_query.messages.said import Code, Part, Said, joined

LANGUAGES: Final = ("en", "fa")
_FILES: Final = ("phrases", "language", "filters", "errors", "command", "probe")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)(:,)?\}")
_PIECE: Final = re.compile(rf"`(?P<code>[^`]*)`|{_PLACEHOLDER.pattern}")

Param: TypeAlias = "str | int | float | Decimal | Message | tuple[Param, ...]"
"""What is filled into a sentence: code or a text by somebody else, a number, words of ours, or several of these."""


class Message:
    """What is to be said: `key` names the sentence, `params` is what is filled in.

    >>> reason = Message("out-of-range", field="User_Id", lowest=0, highest=9)
    >>> str(reason)
    'User_Id is between 0 and 9'
    """

    def __init__(self, key: str, /, **params: Param) -> None:
        self.key = key
        self.params: Mapping[str, Param] = params

    @property
    def code(self) -> str:
        """The key up to its first dot. What follows tells the sentences of one code apart."""
        return self.key.partition(".")[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.key, self.params) == (other.key, other.params)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Message({', '.join([repr(self.key), *(f'{name}={each!r}' for name, each in self.params.items())])})"

    def __str__(self) -> str:
        """Return the English sentence, with its code in backticks."""
        return _PLACEHOLDER.sub(lambda found: _plain(self.params[found[1]], found[2]), sentences("en")[self.key])

    def said(self, language: str) -> Said:
        """Return the sentence in a language, its values and its code as parts of their own.

        Raises `ParameterError` for a language that is not among `LANGUAGES`.

        >>> Message("out-of-range", field="User_Id", lowest=0, highest=9).said("fa").plain
        'مقدار User_Id باید از ۰ تا ۹ باشد'
        """
        return Said(tuple(self._parts(language)))

    def as_dict(self) -> dict[str, Any]:
        """Return the message as data for JSON. `from_dict` makes a message of it again.

        >>> Message("wanted.several", known=("en", "fa")).as_dict()
        {'key': 'wanted.several', 'params': {'known': ['en', 'fa']}}
        """
        return {"key": self.key, "params": {name: _as_data(each) for name, each in self.params.items()}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Message:
        """Return the message of the `key` and the `params` in a mapping."""
        return cls(data["key"], **{name: _from_data(each) for name, each in data["params"].items()})

    def _parts(self, language: str) -> Iterator[Part]:
        """Yield the parts of the sentence, and of the messages within it."""
        sentence = sentences(language)[self.key]
        end = 0
        for piece in _PIECE.finditer(sentence):
            if end < piece.start():
                yield sentence[end : piece.start()]
            end = piece.end()
            if piece["code"] is None:
                yield from _parts(self.params[piece[2]], piece[3], language)
            else:
                yield Code(_PLACEHOLDER.sub(lambda found: _plain(self.params[found[1]], found[2]), piece["code"]))
        if end < len(sentence):
            yield sentence[end:]


def _as_data(param: Param) -> Any:
    match param:
        case Message():
            return param.as_dict()
        case tuple():
            return [_as_data(each) for each in param]
        case Decimal():
            return str(param)
        case _:
            return param


def _from_data(data: Any) -> Param:
    match data:
        case Mapping():
            return Message.from_dict(data)
        case list():
            return tuple(map(_from_data, data))
        case _:
            return cast("Param", data)


def _plain(param: Param, separated: str | None) -> str:
    if isinstance(param, tuple):
        return ", ".join(_plain(each, separated) for each in param)
    if isinstance(param, float):
        return f"{param:g}"
    return f"{param:,}" if separated and isinstance(param, int) else str(param)


def _parts(param: Param, separated: str | None, language: str) -> Iterator[Part]:
    match param:
        case Message():
            yield from param.said(language).parts
        case str():
            yield Code(param)
        case tuple():
            yield from joined(sentences(language)["separator"], (_parts(each, separated, language) for each in param))
        case _:
            number = in_numerals(_plain(param, separated), language)
            yield Code(number) if param < 0 else number  # among Persian words a minus would change sides


def in_numerals(text: str, language: str) -> str:
    """Return a text with its digits, decimal points and commas as the language has them.

    >>> in_numerals("1,234.5", "fa")
    '۱٬۲۳۴٫۵'
    """
    return text.translate(str.maketrans("0123456789.,", sentences(language)["numerals"]))


def sentences(language: str) -> Mapping[str, str]:
    """Return the sentences of a language by key. Raises `ParameterError` for one that is not among `LANGUAGES`."""
    if language not in LANGUAGES:
        raise ParameterError("language", Message("language", known=LANGUAGES, given=repr(language)[:80]))
    return _read(language)


@cache
def _read(language: str) -> Mapping[str, str]:
    folder = files("deltasib_query.messages").joinpath(language)
    found: dict[str, str] = {}
    for name in _FILES:
        found |= json.loads(folder.joinpath(f"{name}.json").read_text("utf-8"))
    return found


class DeltasibQueryError(Exception):
    """The root of every exception that this package raises.

    reason: what is wrong, as a message; `said` is its text in other languages than English.
    resume_token: `Listing.resume` continues a failed walk from it; None for an error that did not end a walk.
    """

    __module__ = "deltasib_query.errors"  # where all exceptions are, for those who read a traceback
    reason: Message
    resume_token: str | None = None

    def __init__(self, reason: Message, *data: object) -> None:
        """Keep the reason; `data` are the arguments of a subclass, which pickle makes a copy of."""
        super().__init__(*data or (reason,))
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)

    def said(self, language: str) -> Said:
        """Return what is wrong in a language, see `Message.said`."""
        return self.reason.said(language)


class ParameterError(DeltasibQueryError, ValueError):
    """The argument `parameter` breaks the rule `rule`."""

    __module__ = "deltasib_query.errors"

    def __init__(self, parameter: str, rule: Message) -> None:
        super().__init__(Message("parameter", parameter=parameter, rule=rule), parameter, rule)
        self.parameter = parameter
        self.rule = rule
