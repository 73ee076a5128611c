"""What the probe asks a server, and what the answers prove.

Every request reads. A filter has the id of a customer that the account has shown, so that one row comes at most. Each
probe says what it asks and what each answer proves; what the answers do not prove is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias

from deltasib_query.client.probing.report import Finding, ProbeReport
from deltasib_query.client.probing.survey import (
    SAMPLE,
    Steps,
    Survey,
    UnclearError,
    begin,
    error_reason,
    is_failing,
    list_values,
)
from deltasib_query.client.wire.options import ClientOptions
from deltasib_query.client.wire.requests import url_size
from deltasib_query.client.wire.responses import member
from deltasib_query.client.wire.rows import read_page, read_rows
from deltasib_query.errors import ServiceError, TransportError
from deltasib_query.filters.fields import TextField
from deltasib_query.filters.record import Record
from deltasib_query.language.patterns import escape_like
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import CREDIT_INFO, SERVICE_LIST, USER_LIST
from deltasib_query.service.objects import Service, User, UserCreditInfo
from deltasib_query.service.profile import NAMES, RowOrder

Keys: TypeAlias = Sequence[Any]
Facts: TypeAlias = Mapping[str, tuple[Any, Message]]
"""Values, and what shows them, by the name of the fact."""

_NONE: Final[Keys] = ()
_MANY: Final = 1000
"""Rows that are requested to find a bound of LimitCount."""
_ENOUGH: Final = 10
"""So many rows are in the order of their keys by chance in one case of 3,628,800."""
_LENGTHS: Final = (2_000, 4_000, 6_000, 8_000, 12_000, 16_000, 32_000)
"""Bytes of a URL, between which the limits of common web servers lie. Three requests find the place of any limit."""
_NOBODY: Final = "User_Id = 0"
"""Ids begin with 1 [wild]."""
_ZWNJ: Final = "\u200c"
_ASCII, _PERSIAN = "0123456789", "۰۱۲۳۴۵۶۷۸۹"
_TEXTS: Final[tuple[TextField[User], ...]] = (User.Username, User.Family, User.Name, User.Address)
_NAMES: Final[tuple[TextField[User], ...]] = (User.Family, User.Name, User.Address, User.Username)


def rows(survey: Survey) -> Steps[Facts]:
    """`page_cap`, `row_order`: how many rows come at once, and in which order?

    The first request of the probe has asked for 100 rows with all fields. Now 1,000 keys are requested; if fewer come,
    999 rows with all fields behind them; and if as many come, 998 keys behind those.

    There is a bound if these three had as many rows, all different, and the first request had as many or all: they
    differ in LimitCount, in LimitFrom and in the length of a row, so that neither a share of LimitCount, nor a size in
    bytes, nor the end of the list is taken for a bound.

    The order is changing if two rows came in both orders. It is that of the keys if all rows came so, at least 10. It
    is another if at least 10 rows came twice, in the same order.
    """
    first = survey.keys
    keys = (yield from survey.page(["User_Id"], 0, _MANY)).keys
    cap, second, third = len(keys), _NONE, _NONE
    if 0 < cap < _MANY:
        second = (yield from survey.page(tuple(User.fields_by_name), cap, _MANY - 1)).keys
    if second and len(second) == cap:
        third = (yield from survey.page(["User_Id"], 2 * cap, _MANY - 2)).keys
    walked = [*keys, *second, *third]
    order, fewest = _order(first, walked), Message("probe.few-rows")
    return {
        "row_order": (order, Message("probe.row-order", rows=len(walked)) if order else fewest),
        "page_cap": _bound(len(first), keys, second, third),
    }


def _bound(first: int, keys: Keys, second: Keys, third: Keys) -> tuple[int | None, Message]:
    cap = len(keys)
    if cap == _MANY:
        return None, Message("probe.no-bound", rows=cap)
    lengths = first, len(second), len(third)
    if cap and lengths == (min(cap, SAMPLE), cap, cap) and len({*keys, *second, *third}) == 3 * cap:
        return cap, Message("probe.page-cap")
    return None, Message("probe.bound-or-end" if second else "probe.few-rows")


def _order(first: Keys, walked: Keys) -> RowOrder | None:
    both = {*first} & {*walked}
    order = [key for key in walked if key in both]
    if [key for key in first if key in both] != order:
        return "changing"
    if len(walked) >= _ENOUGH and all(isinstance(key, int) for key in (*first, *walked)):
        if all([*some] == sorted(some) for some in (first, walked)):
            return "ascending"
        if all([*some] == sorted(some, reverse=True) for some in (first, walked)):
            return "descending"
    return "other" if len(both) >= _ENOUGH else None


def names(survey: Survey) -> Steps[Facts]:
    """`key_case`, `numbers_as_text`: how are names and ids written in rows?

    The sample has rows of `user list`; one row of `service list` is requested, since the two were seen to differ
    [wild]. A case is proved if all documented names have it, and ids if both lists have keys of one type.
    """
    values = list_values(Service.fields_by_name, 0, 1)
    services = read_rows(SERVICE_LIST, (yield from survey.ask(SERVICE_LIST, values)))
    if not survey.sample or not services:
        raise UnclearError(Message("probe.few-rows"))
    cases = _case(User, survey.sample), _case(Service, services)
    case = {("documented",) * 2: "documented", ("lower",) * 2: "lower", ("lower", "documented"): "mixed"}.get(cases)
    lists = ((User, survey.sample), (Service, services))
    types = {type(member(row, record.key.name)) for record, some in lists for row in some}
    as_text = True if types == {str} else False if types == {int} else None
    return {
        "key_case": (case, Message("probe.key-case" if case else "probe.differ")),
        "numbers_as_text": (as_text, Message("probe.differ" if as_text is None else "probe.numbers")),
    }


def _case(record: type[Record], some: Sequence[Mapping[str, object]]) -> str:
    written = {name for row in some for name in row if name.lower() in record.names_by_casefold}
    documented = set(record.fields_by_name)
    if written and written <= documented:
        return "documented"
    return "lower" if written and written <= {name.lower() for name in documented} else ""


def filters(survey: Survey) -> Steps[Facts]:
    """Are filters applied? Otherwise those of the other probes would prove nothing, and are not sent.

    They are if a filter for nobody selects nothing, and one for a customer only that one: by id and a value of the
    sample, or else by the id of the first one alone.
    """
    key, works = survey.key, False
    try:
        if not (yield from survey.answers(0, _NOBODY)) and key:
            with suppress(UnclearError):
                works = yield from survey.finds(survey.value(_TEXTS))
            if works or (yield from survey.answers(key, f"User_Id = {key}")):
                survey.filters_fail = None
    except ServiceError as error:
        if is_failing(error):
            raise
        survey.filters_fail = error_reason(error)
    return {}


def quotes(survey: Survey) -> Steps[Facts]:
    """`doubled_quotes`: does a filter with `''` in a text work?

    A filter for a customer and a value of the sample with a quote must select the customer. If no value has one, it is
    a filter for the first customer and any user name but `it's`: whether the server accepts it is all that this shows.
    If the server answers either with an error, it does not take the quotes; it took filters without them.
    """
    key, filter, seen = survey.known(), User.Username != "it's", Message("probe.accepted")
    with suppress(UnclearError):
        key, field, value = survey.value(_TEXTS, lambda value: value.replace("'", ""))
        filter, seen = field == value, Message("probe.quotes")
    selected = yield from survey.tries(key, filter)
    if selected is False:
        raise UnclearError(Message("probe.other-value"))
    return {"doubled_quotes": (bool(selected), seen)}


def wildcards(survey: Survey) -> Steps[Facts]:
    """`escaped_wildcards`: is a wildcard behind a backslash a plain character?

    A value of the sample with `%` or `_` becomes a pattern in which these are escaped. It must select its customer. If
    it does not, the pattern with the wildcard `_` in their places is tried: if that selects the customer, the
    backslashes were the reason.
    """
    survey.known()
    key, field, value = survey.value(_TEXTS, lambda value: re.sub("[%_]", "", value))
    for pattern, works in ((escape_like(value), True), (re.sub("[%_]", "_", value), False)):
        if (yield from survey.tries(key, field.like(pattern))):
            return {"escaped_wildcards": (works, Message("probe.wildcards"))}
    raise UnclearError(Message("probe.other-value"))


def equality(
    name: str, texts: Sequence[TextField[User]], respell: Callable[[str], str], survey: Survey
) -> Steps[Facts]:
    """`equal_case` and the like: is a value of a customer equal to another spelling of it?

    The value that the sample shows must select the customer; so it is what the database holds. Then the other spelling
    selects the customer or not. An error proves nothing.
    """
    survey.known()
    known = survey.value(texts, lambda value: value if "'" in value else respell(value))
    if not (yield from survey.finds(known)):
        raise UnclearError(Message("probe.other-value"))
    selected = yield from survey.selects(known.key, known.field == respell(known.value))
    return {name: (selected, Message("probe.equal", field=known.field.name))}


def _other_case(value: str) -> str:
    return re.sub("[A-Za-z]+", lambda letters: letters[0].swapcase(), value)


def _other_zwnj(value: str) -> str:
    return value.replace(_ZWNJ, "") if _ZWNJ in value else f"{value[:1]}{_ZWNJ}{value[1:]}"


def _other_yeh(value: str) -> str:
    return value.translate(str.maketrans("یي", "يی"))


def _other_digits(value: str) -> str:
    return value.translate(str.maketrans(_ASCII + _PERSIAN, _PERSIAN + _ASCII))


def precedence(survey: Survey) -> Steps[Facts]:
    """`precedence`: does `and` or `or` bind tighter?

    Let K be a filter for the first customer, and 0 one for nobody. `K or K and 0` selects the customer if `and` binds
    tighter, or if the filter is read from its end; `0 and K or K` if `and` binds tighter, or if it is read from its
    beginning. If both select the customer, `and` binds tighter. If neither does, `or` binds tighter.
    """
    key = survey.known()
    one = f"User_Id = {key}"
    last, first = f"({one} or {one} and {_NOBODY})", f"({_NOBODY} and {one} or {one})"
    if (yield from survey.answers(key, f"{last} and {first}")):
        return {"precedence": ("and", Message("probe.precedence"))}
    if (yield from survey.answers(key, f"{last} or {first}")):
        raise UnclearError(Message("probe.differ"))
    return {"precedence": ("or", Message("probe.precedence"))}


def statuses(survey: Survey) -> Steps[Facts]:
    """`error_statuses`: which HTTP status comes with which ErrorCode?

    Three requests are wrong: one has an invalid token, one a field that does not exist, and one for `user creditinfo`
    lacks the User_Id. Each answer shows the status of the code that it has, whichever that is.
    """
    listed, nobody = list_values(["User_Id"], 0, 1), list_values("*", 0, 1)
    wrong = {**listed, "Filter": f"User_Id = {survey.key} and No_Such_Field = 1"}
    seen: dict[int, set[int]] = {}
    for action, values, token in (USER_LIST, listed, "invalid"), (USER_LIST, wrong, ""), (CREDIT_INFO, nobody, ""):
        try:
            yield from survey.ask(action, values, token)
        except ServiceError as error:
            if is_failing(error):
                raise
            if error.code is not None:
                seen.setdefault(error.code, set()).add(error.status)
    found = {code: status for code, (status, *others) in seen.items() if not others}
    return {"error_statuses": (found or None, Message("probe.statuses" if found else "probe.no-code"))}


def credit(survey: Survey) -> Steps[Facts]:
    """`credit_by_filter`: how does `user creditinfo` take a filter?

    A filter for the last customer of the sample is sent beside `User_Id=0` and, unless exactly this customer comes,
    without User_Id. There have to be several customers: a server that ignored the filter would answer others. If
    neither works, and the customer comes by User_Id, the server takes no filter.
    """
    survey.known()
    *others, last = survey.customers
    if not others:
        raise UnclearError(Message("probe.few-rows"))
    wanted = {"Filter": f"User_Id = {last}"}
    for way, values in (("zero", {"User_Id": "0", **wanted}), ("absent", wanted), ("no", {"User_Id": str(last)})):
        try:
            data = yield from survey.ask(CREDIT_INFO, {**values, **list_values("*", 0, 2)})
            if [*read_page(CREDIT_INFO, UserCreditInfo, data, 2).keys] == [last]:
                return {"credit_by_filter": (way, Message("probe.credit"))}
        except ServiceError as error:
            if is_failing(error):
                raise
    raise UnclearError(Message("probe.other-rows"))


def lengths(survey: Survey) -> Steps[Facts]:
    """`max_url_bytes`: which is the longest URL of some usual lengths that is answered?

    A filter for the first customer and any user name but a very long one fills the URL. It stands last there, so that
    a URL that was cut would have no end of its text. If the customer comes, the whole URL was read. If anything else
    happens, also a connection that is closed, a shorter one is tried.
    """
    key = survey.known()
    text = f"User_Id = {key} and Username <> ''"
    size = url_size(survey.options.url, USER_LIST, list_values(["User_Id"], 0, 2) | {"Filter": text})
    answered, refused = -1, len(_LENGTHS)
    while refused - answered > 1:
        middle = (answered + refused) // 2
        try:
            done = yield from survey.tries(key, User.Username != "a" * (_LENGTHS[middle] - size))
        except (ServiceError, TransportError):
            done = False
        answered, refused = (middle, refused) if done else (answered, middle)
    if answered < 0:
        raise UnclearError(Message("probe.no-length"))
    if refused == len(_LENGTHS):
        return {"max_url_bytes": (_LENGTHS[answered], Message("probe.max-url-bytes"))}
    return {"max_url_bytes": (_LENGTHS[answered], Message("probe.shorter", refused=_LENGTHS[refused]))}


def shapes(survey: Survey) -> Steps[Facts]:
    """`no_rows`, `one_row`: what are answers of no row and of one? All filters of the probe have shown it."""
    yield from ()
    return {
        "no_rows": _shape(survey.no_rows, Message("probe.no-rows")),
        "one_row": _shape(survey.one_row, Message("probe.one-row")),
    }


def _shape(seen: set[str], reason: Message) -> tuple[str | None, Message]:
    [shape] = seen if len(seen) == 1 else [""]
    return shape or None, reason if shape else Message("probe.differ" if seen else "probe.few-rows")


def login(survey: Survey) -> Steps[Facts]:
    """`token_seconds`, `skip_preamble`, `charset`: what did the login say, and how could the responses be read?"""
    yield from ()
    seconds, read = survey.session.stated_lifetime, survey.session.profile
    known = seconds is not None and seconds >= 0
    return {
        "token_seconds": (seconds if known else None, Message("probe.token" if known else "probe.not-stated")),
        "skip_preamble": (read.skip_preamble, Message("probe.preamble")),
        "charset": (read.charset, Message("probe.charset" if read.charset else "probe.declared")),
    }


PROBES: Final[Sequence[tuple[tuple[str, ...], Callable[[Survey], Steps[Facts]]]]] = (
    (("page_cap", "row_order"), rows),
    (("key_case", "numbers_as_text"), names),
    ((), filters),
    (("doubled_quotes",), quotes),
    (("escaped_wildcards",), wildcards),
    (("equal_case",), partial(equality, "equal_case", _TEXTS, _other_case)),
    (("equal_trailing_spaces",), partial(equality, "equal_trailing_spaces", _TEXTS, "{} ".format)),
    (("equal_zwnj",), partial(equality, "equal_zwnj", _NAMES, _other_zwnj)),
    (("equal_yeh",), partial(equality, "equal_yeh", _NAMES, _other_yeh)),
    (("equal_digits",), partial(equality, "equal_digits", _TEXTS, _other_digits)),
    (("precedence",), precedence),
    (("error_statuses",), statuses),
    (("credit_by_filter",), credit),
    (("no_rows", "one_row"), shapes),
    (("token_seconds", "skip_preamble", "charset"), login),
    (("max_url_bytes",), lengths),
)
"""The probes in their order, each with the facts that it finds. The longest URLs come last: a server may close its door
to a client that sends them.
"""


def probe(options: ClientOptions) -> Steps[ProbeReport]:
    """Ask everything, and return what the answers prove. Raises the errors of the login and of the first list.

    A server that stops answering later is asked nothing more.
    """
    survey = yield from begin(options)
    found: dict[str, tuple[Any, Message]] = dict.fromkeys(NAMES, (None, Message("probe.stopped")))
    failure: ServiceError | TransportError | None = None
    for facts, ask in PROBES:
        try:
            found |= yield from ask(survey)
        except UnclearError as unclear:
            found |= dict.fromkeys(facts, (None, unclear.reason))
        except (ServiceError, TransportError) as error:
            if isinstance(error, TransportError) or is_failing(error):
                failure = error
                break
            found |= dict.fromkeys(facts, (None, error_reason(error)))
    found["disconnect_action"] = None, Message("probe.writes")
    findings = tuple(Finding(name, *found[name]) for name in NAMES)
    return ProbeReport(findings, survey.requests, failure)
