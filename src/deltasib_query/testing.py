"""Help for testing your program: a sandbox as a pytest fixture, random filters and rows for Hypothesis.

In a test module, or in the ``conftest.py`` at the top::

    pytest_plugins = ["deltasib_query.testing"]

    def test_who_is_called_ali(deltasib_sandbox):
        with Client(deltasib_sandbox.url, username="reseller", password="sandbox") as isp:
            assert isp.user.list(User.Username == "ali").one().User_Id == 1

The fixtures need the extra ``sandbox`` and pytest, the strategies need Hypothesis; the extra ``testing`` installs all
of them. Each works without what only the other needs. PYTEST_DONT_REWRITE: nothing is asserted here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from deltasib_query.errors import FilterError, MissingExtraError
from deltasib_query.evaluation.kinds import ZERO_DATE, ZERO_DATETIME
from deltasib_query.filters.combining import all_of, any_of
from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import ChoiceField, DecimalField, IntegerField, YesNoField
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record
from deltasib_query.service.objects import UserPayment, UserServiceBase

try:
    import pytest
except ModuleNotFoundError:
    if TYPE_CHECKING:
        raise
    pytest = None

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from deltasib_query.sandbox.database.given_rows import GivenRows
    from deltasib_query.sandbox.server import Sandbox

__all__ = ["filters", "rows"]
if pytest is not None:
    __all__ += ["deltasib_sandbox", "make_deltasib_sandbox"]

R = TypeVar("R", bound=Record)

_TEXTS: Final = (
    "", " ", "ali", "ALI", "Ali  ", " ali", "alireza", "a_b", "a%b", "0912", "912", "O'Reilly", "علی", "علی\u200c",
    "رضا", "ÀÉ", "àé", "Active", "ACTIVE ", "Base", "10", "😀",
)  # fmt: skip
"""Texts that some comparison treats in its own way. Filters and rows share them, so that filters find rows."""
_PATTERNS: Final = ("%", "", "_", "a%", "%i", "%ALI%", "a_i", r"a\_b", r"a\%b", "%علی%", "ali ", "__", "%'%", "%0%1%2%")
_NUMBERS: Final = (0, 1, 2, 3, 100, 2**32 - 1)
_AMOUNTS: Final = tuple(map(Decimal, ("0", "1", "-1", "2.5", "150000.50", "150000", "-3.25", "12345678901.25")))
_DAYS: Final = ("1000-01-01", "2021-01-30", "2021-01-31", "2021-02-01", "9999-12-31")
_TIMES: Final = ("00:00:00", "10:00:00", "23:59:59")
_MAX_LEAVES: Final = 8
_OWNED: Final = (UserPayment, UserServiceBase)
"""Records whose `User_Id` is a parameter of the list, not a field."""


def filters(source: type[R] | Policy[R]) -> SearchStrategy[Filter[R]]:
    """Return a strategy of valid filters of a record: any field, any of its operators, any nesting.

    Many of them select some of the rows of `rows`. None is constant. Of a `Policy` they are the filters that it admits,
    as its `admit` returns them: within the scope.

    >>> from hypothesis import find
    >>> from deltasib_query import Policy, User
    >>> str(find(filters(User), lambda filter: "User_Id" in str(filter)))
    'User_Id = 0'
    >>> policy = Policy(User, scope=User.User_Id >= 100, fields=[User.Username], operators=["like"])
    >>> str(find(filters(policy), lambda filter: True))
    "Username like '' and User_Id >= 100"
    """
    _need_hypothesis()
    from hypothesis import strategies as st

    policy: Policy[R] | None = None
    fields: Mapping[Any, Sequence[str]]
    if isinstance(source, Policy):
        policy, fields = source, {source.field(name): signs for name, signs in source.operators.items()}
    else:
        fields = {field: field.operators for field in source.fields_by_name.values()}

    def is_admitted(filter: Filter[R]) -> bool:
        try:
            return policy is None or policy.admit(filter) is not None
        except FilterError:
            return False

    def leaf(field: Any, operators: Sequence[str]) -> Iterator[SearchStrategy[Filter[R]]]:
        values = st.sampled_from(_comparable(field))
        several = st.lists(values, min_size=1, max_size=3)
        for sign in operators:
            if sign != "like":
                yield values.map(partial(field.compare, sign))
            elif patterns := [pattern for pattern in _PATTERNS if is_admitted(field.like(pattern))]:
                yield st.sampled_from(patterns).map(field.like)
        if "=" in operators:
            yield several.map(field.in_)
        if "<>" in operators:
            yield several.map(field.not_in)

    def combined(inner: SearchStrategy[Filter[R]]) -> SearchStrategy[Filter[R]]:
        several = st.lists(inner, min_size=2, max_size=4)
        return several.map(all_of) | several.map(any_of)

    leaves = st.one_of([each for field, signs in fields.items() for each in leaf(field, signs)])
    made = st.recursive(leaves, combined, max_leaves=_MAX_LEAVES)
    if policy is None:
        return made
    # Tight limits admit few combinations, so single comparisons stand beside them.
    return (made | leaves).filter(is_admitted).map(policy.admit)


def rows(record: type[Record]) -> SearchStrategy[dict[str, Any]]:
    """Return a strategy of rows as the database holds them: NULL, zero dates, odd case, spaces at the end.

    The key is a number, never NULL, and so is the ``User_Id`` that payments and base services have beside their
    fields. So rows with different keys can be given to a `Sandbox`.

    >>> from hypothesis import find
    >>> from deltasib_query import User
    >>> find(rows(User), lambda row: row["Username"] == "Ali  ")["User_Id"]
    0
    """
    _need_hypothesis()
    from hypothesis import strategies as st

    columns: dict[str, SearchStrategy[Any]] = {}
    for name, field in record.fields_by_name.items():
        values = st.sampled_from(_stored(field))
        columns[name] = st.integers(0, 2**32 - 1) if field is record.key else st.none() | values
    if issubclass(record, _OWNED):
        columns["User_Id"] = st.integers(0, 9)
    return st.fixed_dictionaries(columns)


if pytest is not None:

    @pytest.fixture
    def make_deltasib_sandbox() -> Iterator[Callable[..., Sandbox]]:
        """Return a function that starts a `Sandbox`, which stops when the test ends.

        It takes rows, ``make_deltasib_sandbox({User: [{"User_Id": 1, "Username": "ali"}]})``, and `Sandbox`'s options.
        """
        from deltasib_query.sandbox.server import Sandbox

        with ExitStack() as stack:

            def make(rows: GivenRows | None = None, **options: Any) -> Sandbox:
                return stack.enter_context(Sandbox(rows=rows, **options))

            yield make

    @pytest.fixture
    def deltasib_sandbox(make_deltasib_sandbox: Callable[..., Sandbox]) -> Sandbox:
        """Return a `Sandbox` with 100 made-up users, in this process, of this test alone."""
        return make_deltasib_sandbox(users=100)


def __getattr__(name: str) -> Any:
    if name in {"deltasib_sandbox", "make_deltasib_sandbox"}:
        raise MissingExtraError("testing", "pytest")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _need_hypothesis() -> None:
    try:
        import hypothesis  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtraError("testing", "hypothesis") from None


def _comparable(field: Field[Any, Any]) -> list[Any]:
    """Return values that a filter may compare a field with: what rows hold, and for a moment a bare day too."""
    values = list(_stored(field))
    if isinstance(field, YesNoField):
        return [True, False, *values]
    return [*values, *_DAYS] if isinstance(field, DateTimeField) else values


def _stored(field: Field[Any, Any]) -> tuple[Any, ...]:
    """Return values that a row may hold for a field."""
    match field:
        case YesNoField():
            return "Yes", "No"
        case ChoiceField():
            return (*field.choices, *(choice.lower() for choice in field.choices), *_TEXTS)
        case IntegerField():
            return tuple(number for number in _NUMBERS if field.lowest <= number <= field.highest)
        case DecimalField():
            return _AMOUNTS
        case DateField():
            return (ZERO_DATE, *_DAYS)
        case DateTimeField():
            return (ZERO_DATETIME, *(f"{day} {time}" for day in _DAYS for time in _TIMES))
        case _:
            return _TEXTS
