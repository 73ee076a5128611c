"""What an editor asks for: the JSON of a request's body, or why it is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from deltasib_query.assist.utf16 import Utf16
from deltasib_query.display import shown
from deltasib_query.messages.languages import preferred_language
from deltasib_query.messages.message import Message

MOST_BYTES: Final = 65_536
"""Enough for the longest text of the default limits, 8,192 bytes, with every character of it escaped in JSON."""
_TYPES: Final = {"text": str, "caret": int}


class RefusedError(HTTPException):
    """A request that is answered with an error of this status."""

    def __init__(self, status: int, reason: Message) -> None:
        super().__init__(status)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request. The caret is in code points; one outside of the text counts as its start or end."""

    text: str
    caret: int | None
    language: str


def language_of(request: Request, languages: Sequence[str]) -> str:
    """Return the language that a request prefers; the first one where it prefers none of these."""
    return preferred_language(",".join(request.headers.getlist("accept-language")), languages)


async def read(request: Request, languages: Sequence[str], *, required: Sequence[str], optional: Sequence[str]) -> Body:
    """Return the body of a request, which has these keys. Raise `RefusedError` for any other body.

    The content type is what keeps the forms of other sites away: a browser lets them send no JSON.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0]
    if content_type.strip().lower() != "application/json":
        raise RefusedError(415, Message("request.type"))
    given = _parsed(await read_body(request, MOST_BYTES))
    if not isinstance(given, dict) or not set(required) <= given.keys() <= {*required, *optional}:
        raise RefusedError(422, Message("request.keys", required=tuple(required), optional=tuple(optional)))
    for key, kind in _TYPES.items():
        if key in given and type(given[key]) is not kind:
            raise RefusedError(422, Message(f"request.{key}"))
    language = checked_language(given.get("language", language_of(request, languages)), languages)
    return Body(given["text"], _offset(given["text"], given.get("caret")), language)


def checked_language(language: object, languages: Sequence[str]) -> str:
    """Return a language that a request names. Raise `RefusedError` for what is not among these."""
    if isinstance(language, str) and language in languages:
        return language
    raise RefusedError(422, Message("language", known=tuple(languages), given=shown(language)))


def _offset(text: str, caret: int | None) -> int | None:
    units = Utf16(text)
    return None if caret is None else units.offset(min(max(caret, 0), units.length))


async def read_body(request: Request, most: int) -> bytes:
    """Return the body of a request. Raise `RefusedError` as soon as it has more bytes than that."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise RefusedError(413, Message("request.size", most=most))
    return bytes(body)


def _parsed(body: bytes) -> Any:
    """Return the value of a body in JSON: UTF-8 without a byte order mark, no NaN, and no key twice."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RefusedError(400, Message("request.json")) from None


def _object(pairs: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)
