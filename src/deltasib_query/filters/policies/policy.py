"""Policies: what a user's filters may say, and the rows that they select from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema

from deltasib_query.display import shown
from deltasib_query.errors import FilterError, ParameterError, RecordMismatchError, filter_error
from deltasib_query.filters.checker import find_field
from deltasib_query.filters.field import Field
from deltasib_query.filters.filter import Filter, check_record, filter_of, filterable
from deltasib_query.filters.parsing import DEFAULT_LIMITS, parse
from deltasib_query.filters.policies.admitted import AdmittedFilter, within_scope, without_scope
from deltasib_query.filters.policies.allowed_fields import (
    ALL_FIELDS,
    ALL_OPERATORS,
    AllowedFields,
    allowed_fields,
    allowed_operators,
)
from deltasib_query.filters.policies.pydantic_types import FilterType
from deltasib_query.filters.reading import find_problems, read
from deltasib_query.filters.record import Record
from deltasib_query.language.limits import Limits
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem

R = TypeVar("R", bound=Record)
S = TypeVar("S", bound=Record)

ALL_ROWS: Final = "all rows"


@dataclass(frozen=True, init=False, repr=False)
class Policy(Generic[R]):
    """What a user's filters may say, and the rows that they select from.

    record: the class of the list's rows.
    scope: a filter that is and-ed on every admitted one. It may use any field, and does not count towards the limits.
        It is required, so that nobody forgets it: "all rows" says that there is none.
    fields: the fields that may be named. Any other is refused in the words for a name that does not exist.
    operators: the operators that may be used, for all fields or in a mapping for some.
    limits: how large a typed filter may be.
    allow_leading_wildcard: admit `like '%…'`, for which a database reads its whole table.

    A policy is immutable, hashable and picklable; ``==`` compares what it allows. In a type for pydantic,
    `Annotated[Filter[User], policy]`, it admits what a model or a FastAPI handler is given.

    Raises `ParameterError` for a rule that allows nothing or means nothing, such as the constant scope
    `User.User_Id.in_([])`, and `RecordMismatchError` for a scope or field of another record.

    >>> from deltasib_query import User
    >>> policy = Policy(User, scope=User.User_Id < 200, fields=[User.Username, User.Name])
    >>> str(policy.admit("Username = 'ali' or Name = 'علی'"))
    "(Username = 'ali' or Name = 'علی') and User_Id < 200"
    >>> [problem.message for problem in policy.check("Family = 'x' and Username like '%a'")]
    ['user has no field `Family`', 'a pattern of `like` may not start with a wildcard here']
    """

    record: type[R]
    """The class of the list's rows."""
    scope: Filter[R]
    """The filter that is and-ed on every other, and stands alone where nothing was typed; constant for "all rows"."""
    limits: Limits
    """How large a typed filter may be."""
    allow_leading_wildcard: bool
    """Whether a pattern may start with a wildcard."""
    _operators: tuple[tuple[str, tuple[str, ...]], ...]
    allowed: AllowedFields = field(compare=False)  # what typed filters are read with

    def __init__(
        self,
        record: type[R],
        *,
        scope: Filter[R] | Literal["all rows"],
        fields: Iterable[Field[R, Any]] | Literal["all fields"] = ALL_FIELDS,
        operators: Mapping[Any, Iterable[str]] | Iterable[str] = ALL_OPERATORS,
        limits: Limits = DEFAULT_LIMITS,
        allow_leading_wildcard: bool = False,
    ) -> None:
        if not isinstance(limits, Limits):
            raise ParameterError("limits", Message("parameter.no-limits", given=shown(limits)))
        if not isinstance(allow_leading_wildcard, bool):
            rule = Message("parameter.bool", given=shown(allow_leading_wildcard))
            raise ParameterError("allow_leading_wildcard", rule)
        record = filterable(record)
        allowed = allowed_operators(record, fields, operators)
        put = object.__setattr__
        put(self, "record", record)
        put(self, "scope", _scope(record, scope))
        put(self, "limits", limits)
        put(self, "allow_leading_wildcard", allow_leading_wildcard)
        put(self, "_operators", tuple(allowed.items()))
        put(self, "allowed", allowed_fields(record, allowed, leading_wildcard=allow_leading_wildcard))

    @property
    def fields(self) -> tuple[Field[R, Any], ...]:
        """The fields that may be named.

        A policy restricts filters. Its fields given to a list restrict the columns, too:
        ``isp.user.list(policy.admit(typed), fields=policy.fields)``.

        >>> from deltasib_query import User
        >>> [field.name for field in Policy(User, scope="all rows", fields=[User.Username, User.Name]).fields]
        ['Username', 'Name']
        """
        return tuple(self.record.fields_by_name[name] for name, _ in self._operators)

    @property
    def operators(self) -> dict[str, tuple[str, ...]]:
        """The operators of each field that may be named, by the field's name.

        >>> from deltasib_query import User
        >>> Policy(User, scope="all rows", fields=[User.Username], operators=["=", "like"]).operators
        {'Username': ('=', 'like')}
        """
        return dict(self._operators)

    def field(self, name: str) -> Field[R, Any]:
        """Return the field of a name, in any letter case; raise `UnknownFieldError` for one that may not be named.

        It is the record's own field. What the policy lets it compare is in `operators`, and held against a filter by
        `admit`.

        >>> from deltasib_query import User
        >>> policy = Policy(User, scope="all rows", fields=[User.Username, User.Name])
        >>> policy.field("name") is User.Name
        True
        """
        return self.record.fields_by_name[find_field(name, self.allowed).name]

    def admit(self, filter: str | Mapping[str, Any] | Filter[Any] | None, *, repair: bool = False) -> Filter[R]:
        """Return the filter that was given, within the scope; or raise what is wrong with it.

        filter: a text as somebody typed it; the rules of a visual builder, as `from_rules` takes them; or a filter,
            which is held against the policy like a text. None where nobody gave any, and rules without a rule, give the
            scope alone.
        repair: make the repairs that are certain in a text first, as `parse` does.

        Raises `FilterError`, of the class of the first error in the order of what was given; its `problems` are all of
        them. The code says which rule is broken: `unknown-field`, `operator-not-allowed`, `leading-wildcard`,
        `text-too-long`, `too-deep`, `too-many-comparisons`, or one of the language. An empty text is an error. Raises
        `RecordMismatchError` for a filter of another record.

        >>> from deltasib_query import User
        >>> policy = Policy(User, scope=User.User_Id >= 100)
        >>> str(policy.admit("Username == 'ali'", repair=True)), str(policy.admit(None))
        ("Username = 'ali' and User_Id >= 100", 'User_Id >= 100')
        >>> rules = {"combinator": "and", "rules": [{"field": "Username", "operator": "=", "value": "ali"}]}
        >>> policy.admit(rules) == policy.admit(User.Username == "ali") == policy.admit("Username = 'ali'")
        True
        """
        if isinstance(filter, Filter):
            return self._admit_filter(filter)
        if filter is None:
            return within_scope(None, self.scope)
        if isinstance(filter, Mapping):
            # A policy of typed filters gets by without it.
            from deltasib_query.filters.conditions.rules import RuleReader

            return within_scope(RuleReader(filter, self.allowed, self.limits).read(), self.scope)
        return within_scope(read(filter, self.allowed, self.limits, repair=repair), self.scope)

    def _admit_filter(self, filter: Filter[Any]) -> Filter[R]:
        check_record(filter, self.record)
        try:
            typed, within = without_scope(filter, self.scope)
            if isinstance(filter, AdmittedFilter) and filter != self.scope:
                typed = filter.typed
            self.admit(None if typed is None else str(typed))
        except FilterError as error:
            # Nobody typed this text, and the scope may be in it: no excerpts.
            problems = [replace(problem, found="", excerpt="", repair=None) for problem in error.problems]
            raise filter_error(replace(error.problem, found="", excerpt="", repair=None), tuple(problems)) from None
        return AdmittedFilter.of(filter if within else filter & self.scope, typed)

    def default(self) -> Filter[R]:
        """Return the scope. `Field(default_factory=policy.default)` is for a filter that may be left out.

        >>> from deltasib_query import User
        >>> str(Policy(User, scope=User.User_Id >= 100).default())
        'User_Id >= 100'
        """
        return self.scope

    def check(self, text: str | Mapping[str, Any] | None) -> list[Problem]:
        """Return every problem of a text or of rules, errors and warnings, in order: what to show as somebody types.

        None, which `admit` takes for the scope alone, has no problem.

        >>> from deltasib_query import User
        >>> policy = Policy(User, scope="all rows", operators={User.Username: ["="]})
        >>> [(problem.code, problem.expected) for problem in policy.check("Username like 'a%'")]
        [('operator-not-allowed', ('=',))]
        """
        if text is None:
            return []
        if isinstance(text, Mapping):
            from deltasib_query.filters.conditions.rules import RuleReader

            return RuleReader(text, self.allowed, self.limits).problems()
        return find_problems(text, self.allowed, self.limits)

    def to_json(self) -> str:
        """Return the policy as JSON, with everything that it allows by name and the scope as text.

        >>> from deltasib_query import Limits, User
        >>> policy = Policy(User, scope=User.User_Id < 9, fields=[User.Name], operators=["="], limits=Limits(99, 1, 2))
        >>> print(policy.to_json().replace(',"limits', ',\\n "limits'))
        {"record":"user","scope":"User_Id < 9","fields":{"Name":["="]},
         "limits":{"text":99,"depth":1,"comparisons":2},"allow_leading_wildcard":false}
        """
        return _Stored(
            record=self.record.service_object,
            scope=ALL_ROWS if self.scope.constant else str(self.scope),
            fields=self.operators,
            limits=self.limits,
            allow_leading_wildcard=self.allow_leading_wildcard,
        ).model_dump_json()

    @staticmethod
    def from_json(text: str | bytes, record: type[S]) -> Policy[S]:
        """Return the policy of `record` that `to_json` has written.

        Raises `ParameterError` for any other text, `RecordMismatchError` for a policy of another record.

        >>> from deltasib_query import User
        >>> policy = Policy(User, scope=User.Username.startswith("ali"))
        >>> Policy.from_json(policy.to_json(), User) == policy
        True
        """
        try:
            stored = _Stored.model_validate_json(text)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
            rule = Message("parameter.stored-policy", error=first["msg"])
            raise ParameterError(".".join(map(str, first["loc"])) or "policy", rule) from None
        if stored.record != filterable(record).service_object:
            wanted = repr(record.service_object)
            raise RecordMismatchError(Message("usage.stored-policy", given=repr(stored.record), record=wanted))
        unknown = stored.fields.keys() - record.fields_by_name.keys()
        if unknown:
            rule = Message("parameter.unknown-fields", object=record.service_object, fields=tuple(sorted(unknown)))
            raise ParameterError("fields", rule)
        operators = {record.fields_by_name[name]: signs for name, signs in stored.fields.items()}
        scope: Filter[S] | Literal["all rows"]
        try:
            scope = ALL_ROWS if stored.scope == ALL_ROWS else parse(stored.scope, record, limits=None)
        except FilterError as error:
            raise ParameterError("scope", error.problem.reason) from error
        return Policy(
            record,
            scope=scope,
            fields=operators,
            operators=operators,
            limits=stored.limits,
            allow_leading_wildcard=stored.allow_leading_wildcard,
        )

    def __reduce__(self) -> tuple[object, ...]:
        return Policy.from_json, (self.to_json(), self.record)

    def __repr__(self) -> str:
        fields = ", ".join(self.operators)
        return f"<Policy[{self.record.__name__}] on {fields}, scope {self.scope!r}>"

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return FilterType(self).core_schema(source, handler)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return FilterType(self).json_schema(schema, handler)


class _Stored(BaseModel):
    """A policy as JSON."""

    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True)

    record: str
    scope: str
    fields: dict[str, tuple[str, ...]]
    limits: Limits
    allow_leading_wildcard: bool


def _scope(record: type[R], scope: object) -> Filter[R]:
    if isinstance(scope, str) and scope == ALL_ROWS:
        return filter_of(record, True)
    if not isinstance(scope, Filter) or scope.constant is not None:
        raise ParameterError("scope", Message("parameter.scope", all=ALL_ROWS, given=shown(scope)))
    if scope.record is not record:
        raise RecordMismatchError(Message("usage.other-scope", given=scope.record.__name__, record=record.__name__))
    return scope
