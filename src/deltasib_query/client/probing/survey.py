"""How a probe asks: requests for the account's own customers, one or a page of them. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from deltasib_query.client.wire.options import ClientOptions
from deltasib_query.client.wire.responses import as_list
from deltasib_query.client.wire.retries import TRANSIENT_STATUSES
from deltasib_query.client.wire.rows import PageResponse, read_page
from deltasib_query.client.wire.session import Session
from deltasib_query.errors import ServiceError, UnexpectedResponseError
from deltasib_query.filters.fields import TextField
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.parsing import verified_text
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import USER_LIST, Action
from deltasib_query.service.objects import User
from deltasib_query.service.profile import DOCUMENTED

T = TypeVar("T")

MOST_REQUESTS: Final = 36
"""What a probe may ask, its logins included: enough for a server whose every answer needs another question."""
SAMPLE: Final = 100
"""Rows whose values the probe takes for its filters: the service's own default for LimitCount [guide]."""
_PLAIN: Final = re.compile(r"(?! )[^\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe-\U0010ffff]{2,100}(?<! )")
"""A value that every literal can carry, without a space at its ends."""


class Question(NamedTuple):
    """A request of the probe.

    token: an invalid one, sent instead of the session's; empty for that of the session.
    """

    action: Action
    values: Mapping[str, str]
    session: Session
    token: str = ""


Steps: TypeAlias = Generator[Question, Any, T]
"""Yields questions, and is sent the JSON of the response to each, or thrown the `ServiceError` or `TransportError`."""


class Known(NamedTuple):
    """A value that a customer shows in a field."""

    key: int
    field: Any
    value: str


class UnclearError(Exception):
    """The answers prove nothing; `reason` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(eq=False, slots=True)
class Survey:
    """What the probe knows of a server while it asks.

    sample, keys, customers: the first rows of `user list` as they came, their keys, and those that can be read, by id.
    filters_fail: why filters prove nothing; None once the server is known to apply them.
    no_rows, one_row: what answers of so many rows were.
    found: whether filters find the value of a customer in a field.
    """

    options: ClientOptions
    session: Session
    requests: int = 1
    sample: Sequence[Mapping[str, object]] = ()
    keys: Sequence[object] = ()
    customers: Mapping[int, User] = field(default_factory=dict)
    filters_fail: Message | None = field(default_factory=lambda: Message("probe.no-filter"))
    no_rows: set[str] = field(default_factory=set)
    one_row: set[str] = field(default_factory=set)
    found: dict[tuple[int, str], bool] = field(default_factory=dict)

    def ask(self, action: Action, values: Mapping[str, str], token: str = "") -> Steps[Any]:
        """Return the JSON of a response. Raise `UnclearError` if the probe has made all its requests."""
        if self.requests == MOST_REQUESTS:
            raise UnclearError(Message("probe.budget", requests=MOST_REQUESTS))
        self.requests += 1
        return (yield Question(action, values, self.session, token))

    def read_sample(self) -> Steps[None]:
        """Read the sample. Raises the errors of the login and of a response that cannot be read."""
        names = tuple(User.fields_by_name)
        data = yield from self.ask(USER_LIST, list_values(names, 0, SAMPLE))
        page = read_page(USER_LIST, User, data, SAMPLE)
        rows = as_list(data) or []
        self.sample = [rows] if isinstance(rows, dict) else rows
        self.keys = page.keys
        self.customers = {row.User_Id: row for row in page.rows if isinstance(row, User) and row.User_Id}

    def page(self, names: Sequence[str], start: int, count: int) -> Steps[PageResponse[User]]:
        """Return a page of all customers."""
        data = yield from self.ask(USER_LIST, list_values(names, start, count))
        return read_page(USER_LIST, User, data, count)

    @property
    def key(self) -> int:
        """The id of the first customer; 0, which is nobody's, if there is none."""
        return next(iter(self.customers), 0)

    def known(self) -> int:
        """Return the id of a customer, for filters. Raise `UnclearError` if there is none or filters do not work."""
        if not self.customers:
            raise UnclearError(Message("probe.few-rows"))
        if self.filters_fail:
            raise UnclearError(self.filters_fail)
        return self.key

    def value(self, texts: Sequence[TextField[User]], change: Callable[[str], str] = lambda _: "") -> Known:
        """Return a value that `change` alters. Raise `UnclearError` if no customer has one.

        Values of the first of the fields come first. A value is plain: every literal can carry it, and there is no
        space at its ends.
        """
        for text, (key, user) in product(texts, self.customers.items()):
            value = getattr(user, text.name)
            if value is not None and _PLAIN.fullmatch(value) and change(value) != value:
                return Known(key, text, value)
        raise UnclearError(Message("probe.no-value"))

    def finds(self, known: Known) -> Steps[bool]:
        """Return whether filters find the value that a customer shows. The server is asked once."""
        place = known.key, known.field.name
        if place not in self.found:
            self.found[place] = yield from self.selects(known.key, known.field == known.value)
        return self.found[place]

    def tries(self, key: int, filter: Filter[User]) -> Steps[bool | None]:
        """Return as `selects`; None for a filter that the server answers with an error."""
        try:
            return (yield from self.selects(key, filter))
        except ServiceError as error:
            if is_failing(error):
                raise
            return None

    def selects(self, key: int, filter: Filter[User]) -> Steps[bool]:
        """Return whether a filter selects the customer with this key."""
        return (yield from self.answers(key, verified_text((User.User_Id == key) & filter)))

    def answers(self, key: int, text: str) -> Steps[bool]:
        """Return whether a filter, as text, selects the customer with this key. Raise `UnclearError` if others come."""
        data = yield from self.ask(USER_LIST, list_values(["User_Id"], 0, 2) | {"Filter": text})
        keys = [*read_page(USER_LIST, User, data, 2).keys]
        if keys not in ([], [key]):
            raise UnclearError(Message("probe.other-rows"))
        shape = "null" if data is None else "list" if isinstance(data, list) else "object"
        if keys:
            self.one_row.add(shape if as_list(data) is data else "")
        else:
            self.no_rows.add(shape)
        return bool(keys)


def is_failing(error: ServiceError) -> bool:
    """Return whether an error is no answer to the request: the server is down or busy."""
    return error.code is None and error.status in TRANSIENT_STATUSES


def error_reason(error: ServiceError) -> Message:
    """Return the numbers of an error as a reason. Its text may repeat the filter, which has values of customers."""
    if error.code is None:
        return Message("probe.error", status=error.status)
    return Message("probe.code", code=error.code, status=error.status)


def list_values(names: Iterable[str], start: int, count: int) -> dict[str, str]:
    """Return the parameters of a page of a list."""
    return {"Field": ",".join(names), "LimitFrom": str(start), "LimitCount": str(count)}


def begin(options: ClientOptions) -> Steps[Survey]:
    """Read the sample in each way in which the responses may be readable; return the survey of the first that works.

    Raises the first error if none does.
    """
    stated = replace(DOCUMENTED, skip_preamble=options.profile.skip_preamble, charset=options.profile.charset)
    utf8 = replace(stated, charset=stated.charset or "utf-8")
    ways = (stated, replace(stated, skip_preamble=True), utf8, replace(utf8, skip_preamble=True))
    failures: list[UnexpectedResponseError] = []
    for way in dict.fromkeys(ways):
        survey = Survey(options, Session(options.account, options.version, way), requests=1 + 2 * len(failures))
        try:
            yield from survey.read_sample()
        except UnexpectedResponseError as error:
            if error.status != 200:
                raise
            failures.append(error)
        else:
            return survey
    raise failures[0]
