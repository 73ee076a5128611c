"""Policies: what a user's filters may say, and the rows that they select from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from deltasib_query.backends.semantics import Kind
from deltasib_query.errors import FilterError, FilterUsageError, ParameterError, RecordMismatchError
from deltasib_query.filters import Filter
from deltasib_query.language.limits import Limits
from deltasib_query.language.swift import Accepted
from deltasib_query.language.tree import OPPOSITE, And, Node, Value, join
from deltasib_query.problems import Problem
from deltasib_query.schema.field import Field, accepted_by
from deltasib_query.schema.record import Record
from deltasib_query.schema.values import Finding, Refusal
from deltasib_query.validation import DEFAULT_LIMITS, filterable, find_problems, parse, read

R = TypeVar("R", bound=Record)
S = TypeVar("S", bound=Record)

ALL_ROWS: Final = "all rows"
ALL_FIELDS: Final = "all fields"
ALL_OPERATORS: Final = "all operators"


class _Narrowed(Field[Any, Any]):
    """A field as a policy leaves it."""

    def __init__(self, whole: Field[Any, Any], operators: tuple[str, ...], *, leading_wildcard: bool) -> None:
        super().__init__()
        self.bind(whole.record, whole.name)
        self.whole, self.operators, self.leading_wildcard = whole, operators, leading_wildcard

    @property
    def description(self) -> str:
        narrower = len(self.operators) < len(self.whole.operators)
        return f"{self.whole.description}, restricted here" if narrower else self.whole.description

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:
        return self.whole.accept_number(operator, value, written)

    def accept_text(self, operator: str, value: str) -> Value:
        accepted = self.whole.accept_text(operator, value)
        if not self.leading_wildcard and any(
            doubt.code == "leading-wildcard" for doubt in self.doubts(operator, accepted)
        ):
            raise Refusal("leading-wildcard", "a pattern of `like` may not start with a wildcard here")
        return accepted

    def doubts(self, operator: str, value: Value) -> Iterator[Finding]:
        return self.whole.doubts(operator, value)


@dataclass(frozen=True, slots=True)
class _Whitelist:
    """What a policy leaves of a record. That there is more is nowhere in it."""

    service_object: str
    fields_by_name: Mapping[str, Field[Any, Any]]
    field_kinds: Mapping[str, Kind]
    accepted: Accepted
    answers_by_name: Mapping[str, object] = field(default_factory=dict)


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

    A policy is immutable, hashable and picklable; ``==`` compares what it allows. As metadata of a pydantic type,
    `Annotated[Filter[User], policy]`, it admits what a model or a FastAPI handler is given.

    Raises `ParameterError` for a rule that allows or means nothing, such as a scope that has folded to a constant
    (`User.User_Id.in_([])`), and `RecordMismatchError` for a scope or field of another record.

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
    """What is and-ed on every filter, and the whole filter where nothing was typed; constant for "all rows"."""
    limits: Limits
    """How large a typed filter may be."""
    allow_leading_wildcard: bool
    """Whether a pattern may start with a wildcard."""
    _operators: tuple[tuple[str, tuple[str, ...]], ...]
    _whitelist: _Whitelist = field(compare=False)

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
            raise ParameterError("limits", f"Limits(…) are needed, not {limits!r}")
        if not isinstance(allow_leading_wildcard, bool):
            raise ParameterError("allow_leading_wildcard", f"True or False, not {allow_leading_wildcard!r}")
        names = _visible(filterable(record), fields)
        permitted = _permitted(record, names, operators)
        put = object.__setattr__
        put(self, "record", record)
        put(self, "scope", _scope(record, scope))
        put(self, "limits", limits)
        put(self, "allow_leading_wildcard", allow_leading_wildcard)
        put(self, "_operators", tuple(permitted.items()))
        narrowed = {
            name: _Narrowed(record.fields_by_name[name], taken, leading_wildcard=allow_leading_wildcard)
            for name, taken in permitted.items()
        }
        kinds: dict[str, Kind] = {name: record.field_kinds[name] for name in permitted}
        put(self, "_whitelist", _Whitelist(record.service_object, narrowed, kinds, accepted_by(narrowed)))

    @property
    def operators(self) -> dict[str, tuple[str, ...]]:
        """The operators of each field that may be named, by its name.

        >>> from deltasib_query import User
        >>> Policy(User, scope="all rows", fields=[User.Username], operators=["=", "like"]).operators
        {'Username': ('=', 'like')}
        """
        return dict(self._operators)

    def admit(self, text: str | None, *, repair: bool = False) -> Filter[R]:
        """Return the filter that a text means, within the scope; or raise what is wrong with it.

        text: the filter as somebody typed it; None where nobody typed any, which gives the scope alone.
        repair: make the repairs that are certain first, as `parse` does.

        Raises `FilterError`, of the class of the first error in the order of the text; its `problems` are all of
        them. The code says which rule is broken: `unknown-field`, `operator-not-allowed`, `leading-wildcard`,
        `text-too-long`, `too-deep`, `too-many-comparisons`, or one of the language. An empty text is an error.

        >>> from deltasib_query import User
        >>> policy = Policy(User, scope=User.User_Id >= 100)
        >>> str(policy.admit("Username == 'ali'", repair=True)), str(policy.admit(None))
        ("Username = 'ali' and User_Id >= 100", 'User_Id >= 100')
        """
        if text is None:
            return self.scope
        return Filter._of(self.record, read(text, self._whitelist, self.limits, repair=repair)) & self.scope

    def check(self, text: str) -> list[Problem]:
        """Return every problem of a text, errors and warnings, in its order: what to show as somebody types.

        >>> from deltasib_query import User
        >>> policy = Policy(User, scope="all rows", operators={User.Username: ["="]})
        >>> [(problem.code, problem.expected) for problem in policy.check("Username like 'a%'")]
        [('operator-not-allowed', ('=',))]
        """
        return find_problems(text, self._whitelist, self.limits)

    def to_json(self) -> str:
        """Return the policy as JSON: everything that it allows by name, the scope as its text.

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

        Raises `ParameterError` for what is not such JSON, `RecordMismatchError` for a policy of another record.

        >>> from deltasib_query import User
        >>> policy = Policy(User, scope=User.Username.startswith("ali"))
        >>> Policy.from_json(policy.to_json(), User) == policy
        True
        """
        try:
            stored = _Stored.model_validate_json(text)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
            raise ParameterError(".".join(map(str, first["loc"])) or "policy", first["msg"]) from None
        if stored.record != filterable(record).service_object:
            raise RecordMismatchError(f"this is a policy of {stored.record!r}, not of {record.service_object!r}")
        unknown = stored.fields.keys() - record.fields_by_name.keys()
        if unknown:
            raise ParameterError("fields", f"{record.service_object} has no {', '.join(sorted(unknown))}")
        operators = {record.fields_by_name[name]: signs for name, signs in stored.fields.items()}
        scope: Filter[S] | Literal["all rows"]
        try:
            scope = ALL_ROWS if stored.scope == ALL_ROWS else parse(stored.scope, record, limits=None)
        except FilterError as error:
            raise ParameterError("scope", error.problem.message) from error
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

    # What pydantic asks

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        if get_origin(source) is not Filter or get_args(source) != ((self.record,),):
            name = self.record.__name__
            raise FilterUsageError(
                f"this policy belongs in Annotated[Filter[{name}], policy], not beside {source!r}; where a filter may "
                "be left out, default_factory=lambda: policy.scope is its default, for None would select every row"
            )
        typed = core_schema.nullable_schema(core_schema.str_schema(max_length=self.limits.text))
        written = core_schema.nullable_schema(core_schema.str_schema())
        return core_schema.no_info_plain_validator_function(
            self._validate,
            json_schema_input_schema=typed,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._without_scope, return_schema=written, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        fields = "\n".join(
            f"- `{name}` ({self.record.fields_by_name[name].description}): {' '.join(f'`{sign}`' for sign in taken)}"
            for name, taken in self._operators
        )
        head = f"A filter of {self.record.service_object}: comparisons joined by `and`, `or` and parentheses"
        return handler(schema) | {"description": f"{head}; texts and dates stand in single quotes.\n\n{fields}"}

    def _validate(self, value: object) -> Filter[R]:
        try:
            if isinstance(value, Filter):
                value = self._without_scope(value)
            if value is not None and not isinstance(value, str):
                raise PydanticKnownError("string_type")
            return self.admit(value)
        except FilterError as error:
            raise _validation_error(error) from None

    def _without_scope(self, filter: Filter[R]) -> str | None:
        """The text of a filter less the scope behind it, so that the scope is neither shown nor added twice."""
        if filter.record is not self.record:
            raise RecordMismatchError(f"a filter of {filter.record.__name__} under a policy of {self.record.__name__}")
        if filter == self.scope:
            return None
        if self.scope.constant:
            return str(filter)
        operands, scope = _operands(filter.tree), _operands(self.scope.tree)
        if operands[-len(scope) :] != scope:
            return str(filter)
        return str(Filter._of(self.record, join(And, operands[: -len(scope)])))


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
        return Filter._of(record, True)
    if not isinstance(scope, Filter) or scope.constant is not None:
        raise ParameterError("scope", f'a filter that selects some rows is needed, or "{ALL_ROWS}", not {scope!r}')
    if scope.record is not record:
        raise RecordMismatchError(f"a scope of {scope.record.__name__} in a policy of {record.__name__}")
    return scope


def _visible(record: type[Record], fields: Iterable[Field[R, Any]] | str) -> list[str]:
    """The names of the fields, in the record's order."""
    if isinstance(fields, str) and fields == ALL_FIELDS:
        return list(record.fields_by_name)
    if isinstance(fields, str) or not isinstance(fields, Iterable):
        raise ParameterError("fields", f'fields such as User.Username are needed, or "{ALL_FIELDS}", not {fields!r}')
    given = {_name("fields", record, field) for field in fields}
    if not given:
        raise ParameterError("fields", "there is none, so that every filter would be refused")
    return [name for name in record.fields_by_name if name in given]


def _permitted(
    record: type[Record], names: list[str], operators: Mapping[Any, Iterable[str]] | Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """The operators of each visible field, in the field's order."""
    own = {name: record.fields_by_name[name].operators for name in names}
    if isinstance(operators, str) and operators == ALL_OPERATORS:
        return own
    if isinstance(operators, Mapping):
        given = {_name("operators", record, field): _signs(signs) for field, signs in operators.items()}
        wrong = [f"{name} {sign}" for name, signs in given.items() for sign in signs if sign not in own.get(name, ())]
    else:
        given = dict.fromkeys(names, _signs(operators))
        wrong = [sign for sign in given[names[0]] if sign != "like" and sign not in OPPOSITE]
    if wrong:
        raise ParameterError("operators", f"the fields of the policy have no {', '.join(wrong)}")
    permitted = {name: tuple(sign for sign in own[name] if sign in given.get(name, own[name])) for name in names}
    for name, signs in permitted.items():
        if not signs:
            raise ParameterError("operators", f"none is left for {name}: leave it out of the fields")
    return permitted


def _signs(given: object) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ParameterError("operators", f'several are needed, such as ["=", "like"], not {given!r}')
    return tuple(str(sign) for sign in given)


def _name(parameter: str, record: type[Record], field: object) -> str:
    if not isinstance(field, Field):
        raise ParameterError(parameter, f"a field is given as in User.Username, not as {field!r}")
    if record.fields_by_name.get(field.name) is not field:
        raise RecordMismatchError(f"{field!r} is no field of {record.__name__}")
    return field.name


def _operands(tree: Node) -> tuple[Node, ...]:
    return tree.operands if isinstance(tree, And) else (tree,)


def _validation_error(error: FilterError) -> PydanticCustomError:
    """The error as pydantic reports it: each problem is in its context, the first one is its message."""
    problems = [asdict(problem, dict_factory=_printable) for problem in error.problems]
    first = error.problem
    place = f" (line {first.line}, column {first.column})" if first.excerpt else ""
    # pydantic puts the context into the template in this order: what somebody typed in braces stays as it is.
    context = {"problems": problems, "message": _printable([("message", first.message + place)])["message"]}
    return PydanticCustomError(first.code, "{message}", context)  # pyright: ignore[reportArgumentType]


def _printable(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dict whose texts have no lone surrogates, which no answer could hold."""
    return {
        key: value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
        for key, value in pairs
    }
