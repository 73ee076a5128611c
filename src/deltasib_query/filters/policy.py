"""Policies: what a user's filters may say, and the rows that they select from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from reprlib import repr as short_repr
from typing import Any, Final, Generic, Literal, NewType, TypeVar, cast, get_args, get_origin

from annotated_types import DocInfo
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Json,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import Examples, SkipJsonSchema
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from deltasib_query.errors import FilterError, FilterUsageError, ParameterError, RecordMismatchError
from deltasib_query.evaluation.kinds import Kind
from deltasib_query.filters.annotations import can_be_a_filter, can_be_none, surroundings
from deltasib_query.filters.field import Field, accepted_by
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.parsing import DEFAULT_LIMITS, filterable, find_problems, parse, read
from deltasib_query.filters.record import Record
from deltasib_query.filters.values import ValueIssue, ValueRejected
from deltasib_query.language.fast_parser import MakeComparison
from deltasib_query.language.limits import Limits
from deltasib_query.language.tree import OPPOSITE, And, Node, Value, comparisons, join
from deltasib_query.problems import Problem

R = TypeVar("R", bound=Record)
S = TypeVar("S", bound=Record)

ALL_ROWS: Final = "all rows"
ALL_FIELDS: Final = "all fields"
ALL_OPERATORS: Final = "all operators"

_Text = NewType("_Text", str)
"""The type of what pydantic's annotations before a policy validate: the text."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


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
            warning.code == "leading-wildcard" for warning in self.warnings(operator, accepted)
        ):
            raise ValueRejected("leading-wildcard", "a pattern of `like` may not start with a wildcard here")
        return accepted

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        return self.whole.warnings(operator, value)


@dataclass(frozen=True, slots=True)
class _Whitelist:
    """What a policy leaves of a record. That there is more is nowhere in it."""

    service_object: str
    fields_by_name: Mapping[str, Field[Any, Any]]
    field_kinds: Mapping[str, Kind]
    accepted: MakeComparison
    response_fields_by_name: Mapping[str, object] = field(default_factory=dict)


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
        record = filterable(record)
        names = _visible(record, fields)
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
            return _Admitted.of(self.scope, None)
        typed = Filter._of(self.record, read(text, self._whitelist, self.limits, repair=repair))
        return _Admitted.of(typed & self.scope, typed)

    def default(self) -> Filter[R]:
        """Return the scope; `Field(default_factory=policy.default)` is for a filter that may be left out.

        >>> from deltasib_query import User
        >>> str(Policy(User, scope=User.User_Id >= 100).default())
        'User_Id >= 100'
        """
        return self.scope

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
        if source is _Text:
            raise FilterUsageError("a type takes one policy: make one of both, with scope=one.scope & other.scope")
        if get_origin(source) is not Filter or get_args(source) != ((self.record,),):
            name = self.record.__name__
            raise FilterUsageError(
                f"this policy belongs in Annotated[Filter[{name}], policy], not beside {source!r}; where a filter may "
                "be left out, write default_factory=policy.default, which is the scope: None would select every row"
            )
        for annotated, beside in surroundings():
            self._refuse(annotated, beside)
        typed = core_schema.nullable_schema(core_schema.str_schema(max_length=self.limits.text))
        written = core_schema.nullable_schema(core_schema.str_schema())
        return core_schema.no_info_wrap_validator_function(
            self._validate,
            cast("CoreSchema", {**handler(_Text), "serialization": core_schema.simple_ser_schema("any")}),
            json_schema_input_schema=typed,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._written, return_schema=written, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        fields = "\n".join(
            f"- `{name}` ({self.record.fields_by_name[name].description}): {' '.join(f'`{sign}`' for sign in taken)}"
            for name, taken in self._operators
        )
        head = f"A filter of {self.record.service_object}: comparisons joined by `and`, `or` and parentheses"
        return handler(schema) | {"description": f"{head}; texts and dates stand in single quotes.\n\n{fields}"}

    def _refuse(self, annotated: object, beside: object) -> None:
        """Raise for metadata of the type `annotated`, beside or around the policy, that would go wrong."""
        kind = beside if isinstance(beside, type) else type(beside)
        # Pydantic asks what has its hook, applies what it or annotated_types defines, and ignores all else.
        read = hasattr(beside, "__get_pydantic_core_schema__") or (
            can_be_a_filter(annotated)
            and any(base.__module__.partition(".")[0] in {"pydantic", "annotated_types"} for base in kind.__mro__)
        )
        if read and not issubclass(kind, _HARMLESS) and getattr(beside, "__dict__", {}).keys() != {"union_mode"}:
            raise FilterUsageError(
                f"{beside!r} cannot stand beside a policy: it would be applied to the filter, not to its text, or "
                "pydantic would not ask the policy; the length of the text is limited by "
                "Policy(…, limits=Limits(text=…)), and an AfterValidator gets the filter"
            )
        if isinstance(beside, FieldInfo) and not beside.is_required() and not self._default_stands(annotated, beside):
            raise FilterUsageError(
                f"{beside.default_factory or beside.default!r} cannot be the default beside a policy: pydantic does "
                "not validate it, or shows it in the JSON schema; write default_factory=policy.default, or in a model "
                "Field(…, validate_default=True)"
            )

    def _default_stands(self, annotated: object, field: FieldInfo) -> bool:
        """Say whether no filter can come from a field's default that the policy has not seen."""
        default, factory = field.default, field.default_factory
        if isinstance(default, Filter):
            return False
        if type(field) is FieldInfo and field.validate_default:  # FastAPI validates none of its own
            return True
        if factory is None:
            if default is None:
                return can_be_none(annotated)
            return type(default) in _COLLECTIONS and not default and not can_be_a_filter(annotated)
        if getattr(factory, "__func__", None) is Policy.default:
            policy: Policy[Any] = cast("Any", factory).__self__
            return policy == self or policy.record is not self.record
        return factory in _COLLECTIONS and not can_be_a_filter(annotated)

    def _validate(self, value: object, handler: ValidatorFunctionWrapHandler) -> Filter[R]:
        if isinstance(value, Filter):
            return self._validate_filter(value)
        if value is None:
            return self.admit(None)
        if not isinstance(value, str):
            raise _invalid("string_type", short_repr(value))
        try:
            # Pydantic's own error for a lone surrogate has it in it, and no answer of a server can.
            return self.admit(value if _SURROGATE.search(value) else handler(value))
        except FilterError as error:
            raise _invalid(_custom_error(error.problem, error.problems), _printable(value)) from None

    def _validate_filter(self, filter: Filter[Any]) -> Filter[R]:
        if filter.record is not self.record:
            raise _invalid("is_instance_of", repr(filter), {"class": f"Filter[{self.record.__name__}]"})
        try:
            typed, within = self._split(filter)
            self.admit(None if typed is None else str(typed))
        except FilterError as error:
            # Nobody typed this text, and the scope may be in it: no excerpts.
            problems = [replace(problem, found="", excerpt="", repair=None) for problem in error.problems]
            raise _invalid(_custom_error(replace(error.problem, excerpt=""), problems), repr(filter)) from None
        return _Admitted.of(filter if within else filter & self.scope, typed)

    def _split(self, filter: Filter[R]) -> tuple[Filter[R] | None, bool]:
        """What was typed of a filter, None if nothing was; and whether all of the scope is and-ed on it already."""
        if filter == self.scope:
            return None, True
        operands, scope = _operands(filter.tree), set(self._scope_operands)
        within = scope.issubset(operands)
        if isinstance(filter, _Admitted):
            return filter.typed, within
        rest = [operand for operand in operands if operand not in scope] if within else operands
        return (Filter._of(self.record, join(And, rest)) if rest else None), within

    def _written(self, value: object) -> str | None:
        """The text that JSON has for a filter: what was typed, never the scope.

        What was typed of a filter that was composed later is not known. It is written without the scope, if nothing in
        the rest resembles the scope and all of it could have been typed.
        """
        if isinstance(value, _Admitted):
            return None if value.typed is None else str(value.typed)
        if isinstance(value, Filter) and value.record is self.record:
            if value == self.scope:
                return None
            scope, operands = set(self._scope_operands), _operands(value.tree)
            rest = [operand for operand in operands if operand not in scope]
            if scope.issubset(operands) and _compared(scope).isdisjoint(_compared(rest)):
                text = str(Filter._of(self.record, join(And, rest))) if rest else None
                if text is None or all(problem.severity == "warning" for problem in self.check(text)):
                    return text
        raise FilterUsageError("the policy's scope cannot be taken out of this value, so it is not written")

    @property
    def _scope_operands(self) -> tuple[Node, ...]:
        return () if self.scope.constant else _operands(self.scope.tree)


_HARMLESS: Final[tuple[Any, ...]] = (
    *(Policy, FieldInfo, BeforeValidator, AfterValidator, WrapValidator, Json, Tag, Discriminator),
    *(WithJsonSchema, Examples, SkipJsonSchema, DocInfo),
)
"""All that pydantic reads and that may stand beside a policy; a second policy has an error of its own."""
_COLLECTIONS: Final = (list, tuple, dict, set, frozenset)


class _Admitted(Filter[R]):
    """A filter that a policy has admitted. It remembers what was typed, which is all of it that JSON shows."""

    __slots__ = ("typed",)
    typed: Filter[R] | None

    @classmethod
    def of(cls, filter: Filter[R], typed: Filter[R] | None) -> Filter[R]:
        self = object.__new__(cls)
        self._record, self._tree, self._predicate, self.typed = filter._record, filter._tree, None, typed
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _Admitted.of, (Filter._of(self._record, self._tree), self.typed)


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


def _compared(trees: Iterable[Node]) -> set[tuple[str, Value]]:
    return {(leaf.field, leaf.value) for tree in trees for leaf in comparisons(tree)}


def _custom_error(first: Problem, problems: Iterable[Problem]) -> PydanticCustomError:
    """The error as pydantic reports it: each problem is in its context, the first error is its message."""
    place = f" (line {first.line}, column {first.column})" if first.excerpt else ""
    # pydantic puts the context into the template in this order: what somebody typed in braces stays as it is.
    context = {
        "problems": [asdict(problem, dict_factory=_printable_dict) for problem in problems],
        "message": _printable(first.message + place),
    }
    return PydanticCustomError(first.code, "{message}", context)  # pyright: ignore[reportArgumentType]


def _invalid(error: PydanticCustomError | str, shown: str, context: dict[str, Any] | None = None) -> ValidationError:
    """The error with an input that an answer can hold, and that may be shown."""
    details = InitErrorDetails(type=error, input=shown, ctx=context or {})
    return ValidationError.from_exception_data("Filter", [details])


def _printable(text: str) -> str:
    """A text without lone surrogates, which no answer could hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def _printable_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: _printable(value) if isinstance(value, str) else value for key, value in pairs}
