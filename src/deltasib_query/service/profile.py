"""What is known of a server where the guide leaves it open, and the file that says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from math import inf
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self, TypeAlias, get_args

from deltasib_query.display import shown
from deltasib_query.errors import ParameterError, needed
from deltasib_query.filters.fields import PRICE_SCALE
from deltasib_query.messages.message import Message

SINGLE_BYTE_CHARSETS: Final = frozenset(
    {"iso-8859-1", "latin1", "windows-1252", "iso-8859-6", "windows-1256", "cp1256"}
)
CHARSETS: Final = SINGLE_BYTE_CHARSETS | {
    "utf-8", "utf8", "us-ascii", "ascii",
    "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be",
}  # fmt: skip
"""The charsets that a server may declare and a caller may state. Some others of Python are no charsets, or slow."""

RowOrder: TypeAlias = Literal["ascending", "descending", "other", "changing"]
NoRows: TypeAlias = Literal["list", "null", "object"]
OneRow: TypeAlias = Literal["list", "object"]
KeyCase: TypeAlias = Literal["documented", "lower", "mixed"]
Precedence: TypeAlias = Literal["and", "or"]
DisconnectAction: TypeAlias = Literal["disconnect", "disconnet"]
CreditByFilter: TypeAlias = Literal["zero", "absent", "no"]

_VERSION: Final = 1
"""Of the file. A later version may mean something else by a name."""


MAX_PRICE_SCALE: Final = 20
"""With the 18 digits before the point, a price has the 38 digits that a column can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProfile:
    """What is known of a server beyond the guide; None is unknown.

    `Client.probe` finds it, `to_toml` and `load` keep it in a file. A client given one relies on it, and a `Sandbox`
    given one behaves so. The client depends on those that say what it does.

    page_cap: the number of rows that the server never exceeds in one response, whatever LimitCount is. A client takes
        a page that is shorter than that, and shorter than requested, for the end of a list.
    max_url_bytes: the length in bytes of the longest URL that the server is known to answer. It is the default of
        `Client(max_url_bytes=…)`.
    row_order: the rows of a list come by ascending or descending key, in another order, or in one that changes from
        request to request.
    no_rows: what a list without rows is: ``list`` for ``[]``, ``null``, or ``object`` for ``{}``.
    one_row: what a list of one row is: a ``list``, or the row itself, an ``object``.
    key_case: names in rows are as documented, in lower case, or ``mixed``: in lower case but for `service list`
        [wild].
    numbers_as_text: ids in rows are texts.
    error_statuses: HTTP statuses by ErrorCode, such as ``{-6: 401}``.
    doubled_quotes: a filter with a doubled quote in a text is accepted. If not, a client sends none.
    escaped_wildcards: a backslash before a wildcard in a pattern of `like` makes it a plain character. If not, a client
        sends none.
    equal_case, equal_trailing_spaces, equal_zwnj, equal_yeh, equal_digits: texts are equal that differ only in the case
        of letters, in spaces at the end, in a zero-width non-joiner, in the Persian and the Arabic letter yeh, or in
        ASCII and Persian digits.
    precedence: which of `and` and `or` binds tighter.
    credit_by_filter: how `user creditinfo` takes a filter: beside ``User_Id=0`` (``zero``), without User_Id
        (``absent``), or not at all (``no``). A client sends it so; if it is unknown, beside ``User_Id=0``.
    disconnect_action: the `Action` that ends sessions: the guide spells it in two ways. A client sends it; if it is
        unknown, ``disconnet``. A probe, which only reads, does not find it.
    token_seconds: how long a token is valid. A client relies on it if the login does not say.
    skip_preamble: skip text before the JSON of a response, such as the warnings of a misconfigured PHP. By default such
        a response raises `UnexpectedResponseError`.
    charset: the charset of all responses, such as ``utf-8`` or ``windows-1256``, whatever their header declares; None
        uses the header.
    price_scale: how many digits prices have behind the point: the scale of their columns in Arrow.

    Raises `ParameterError` for a value of another kind.

    >>> profile = ServerProfile(page_cap=100, equal_case=True)
    >>> profile
    ServerProfile(page_cap=100, equal_case=True)
    >>> ServerProfile.from_toml(profile.to_toml()) == profile
    True
    """

    page_cap: int | None = None
    max_url_bytes: int | None = None
    row_order: RowOrder | None = None
    no_rows: NoRows | None = None
    one_row: OneRow | None = None
    key_case: KeyCase | None = None
    numbers_as_text: bool | None = None
    error_statuses: Mapping[int, int] | None = field(default=None, hash=False)
    doubled_quotes: bool | None = None
    escaped_wildcards: bool | None = None
    equal_case: bool | None = None
    equal_trailing_spaces: bool | None = None
    equal_zwnj: bool | None = None
    equal_yeh: bool | None = None
    equal_digits: bool | None = None
    precedence: Precedence | None = None
    credit_by_filter: CreditByFilter | None = None
    disconnect_action: DisconnectAction | None = None
    token_seconds: float | None = None
    skip_preamble: bool = False
    charset: str | None = None
    price_scale: int = PRICE_SCALE

    def __post_init__(self) -> None:
        for name, value in self.stated().items():
            rule = _RULES.get(name, _SWITCH)
            if not rule.holds(value):
                raise needed(name, rule.message, value)
        if self.error_statuses is not None:
            object.__setattr__(self, "error_statuses", dict(self.error_statuses))  # the caller may change theirs

    def __repr__(self) -> str:
        return f"ServerProfile({', '.join(f'{name}={value!r}' for name, value in self.stated().items())})"

    def stated(self) -> dict[str, Any]:
        """Return what is known, by name.

        >>> ServerProfile(page_cap=100).stated()
        {'page_cap': 100}
        """
        return {name: value for name in NAMES if (value := getattr(self, name)) is not _UNKNOWN.get(name)}

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the profile of a file in TOML. Raise `ParameterError` for one that cannot be read, see `from_toml`."""
        try:
            text = Path(path).read_text("utf-8")
        except UnicodeDecodeError:
            reason: str | Message = Message("parameter.not-utf-8")
        except (OSError, ValueError) as error:  # a ValueError for a null byte in the path
            reason = getattr(error, "strerror", None) or str(error)
        else:
            return cls.from_toml(text)
        raise ParameterError("profile", Message("parameter.unreadable", path=str(path), reason=reason))

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Return the profile that `to_toml` has written.

        Raises `ParameterError` for what is not TOML, for another version, for an unknown name, and for a wrong value.

        >>> ServerProfile.from_toml("version = 1")
        ServerProfile()
        """
        import tomllib

        try:
            values = tomllib.loads(text)
        except (ValueError, RecursionError) as error:  # also of a number that is too long, and of arrays too deep
            raise ParameterError("profile", Message("parameter.not-toml", reason=str(error))) from None
        version = values.pop("version", None)
        if type(version) is not int or version != _VERSION:
            raise needed("profile", Message("rule.version", version=_VERSION), version)
        if unknown := values.keys() - set(NAMES):
            unknown_name = shown(min(unknown))
            raise ParameterError("profile", Message("parameter.unknown-name", name=unknown_name, known=NAMES))
        statuses = values.get("error_statuses")
        if isinstance(statuses, dict):
            values["error_statuses"] = {_whole(code): status for code, status in statuses.items()}
        return cls(**values)

    def to_toml(self) -> str:
        """Return the profile as the text of a file.

        >>> print(ServerProfile(page_cap=100, error_statuses={-6: 401}).to_toml())
        version = 1
        page_cap = 100
        <BLANKLINE>
        [error_statuses]
        -6 = 401
        <BLANKLINE>
        """
        values = self.stated()
        statuses = values.pop("error_statuses", None)
        lines = [f"version = {_VERSION}", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
        if statuses is not None:
            lines += ["", "[error_statuses]", *(f"{code} = {status}" for code, status in sorted(statuses.items()))]
        return "\n".join([*lines, ""])


NAMES: Final = tuple(each.name for each in fields(ServerProfile))
"""What can be known of a server."""
_UNKNOWN: Final[Mapping[str, object]] = {"skip_preamble": False, "price_scale": PRICE_SCALE}
"""The default, where it is not None."""


class _Rule(NamedTuple):
    message: Message
    holds: Callable[[Any], bool]


def _is_whole(value: object, lowest: float, highest: float = inf) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _are_statuses(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        _is_whole(code, -inf, -1) and _is_whole(status, 200, 599) for code, status in value.items()
    )


def _are_seconds(value: object) -> bool:
    return _is_whole(value, 0) or (isinstance(value, float) and 0 <= value < inf)


def _one_of(values: tuple[str, ...]) -> _Rule:
    return _Rule(Message("rule.one-of", values=values), lambda value: isinstance(value, str) and value in values)


def _whole(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


_SWITCH: Final = _Rule(Message("rule.switch"), lambda value: isinstance(value, bool))
_COUNT: Final = _Rule(Message("rule.at-least", lowest=1), lambda value: _is_whole(value, 1))
_RULES: Final[Mapping[str, _Rule]] = {
    "page_cap": _COUNT,
    "max_url_bytes": _COUNT,
    "row_order": _one_of(get_args(RowOrder)),
    "no_rows": _one_of(get_args(NoRows)),
    "one_row": _one_of(get_args(OneRow)),
    "key_case": _one_of(get_args(KeyCase)),
    "error_statuses": _Rule(Message("rule.statuses"), _are_statuses),
    "precedence": _one_of(get_args(Precedence)),
    "credit_by_filter": _one_of(get_args(CreditByFilter)),
    "disconnect_action": _one_of(get_args(DisconnectAction)),
    "token_seconds": _Rule(Message("rule.seconds-from", lowest=0), _are_seconds),
    "charset": _one_of(tuple(sorted(CHARSETS))),
    "price_scale": _Rule(
        Message("rule.integer", lowest=0, highest=MAX_PRICE_SCALE), lambda value: _is_whole(value, 0, MAX_PRICE_SCALE)
    ),
}

DOCUMENTED: Final = ServerProfile()
"""A server about which nothing is known beyond the guide."""
