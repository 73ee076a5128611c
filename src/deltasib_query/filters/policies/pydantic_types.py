"""The type `Annotated[Filter[User], policy]` for pydantic: validation, JSON, and the JSON schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from reprlib import repr as short_repr
from typing import Any, Final, Generic, NewType, Protocol, TypeVar, cast, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from deltasib_query.errors import FilterError, FilterUsageError
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.policies.admitted import AdmittedFilter, have_comparisons_in_common, without_scope
from deltasib_query.filters.policies.annotations import check_surroundings
from deltasib_query.filters.record import Record
from deltasib_query.language.limits import Limits
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem

R = TypeVar("R", bound=Record)

_Text = NewType("_Text", str)
"""The type of what pydantic's annotations before a policy validate: the text."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Policy(Protocol[R]):
    """What the type needs of a policy. (`Policy` imports this module.)"""

    @property
    def record(self) -> type[R]: ...
    @property
    def scope(self) -> Filter[R]: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def operators(self) -> dict[str, tuple[str, ...]]: ...
    def admit(self, filter: str | Mapping[str, Any] | Filter[Any] | None) -> Filter[R]: ...
    def check(self, text: str) -> list[Problem]: ...


@dataclass(frozen=True, slots=True)
class FilterType(Generic[R]):
    """The type of filters that a policy admits."""

    policy: _Policy[R]

    def core_schema(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema, or raise `FilterUsageError` for a type in which the policy would not hold."""
        policy = self.policy
        if source is _Text:
            raise FilterUsageError(Message("usage.two-policies"))
        if get_origin(source) is not Filter or get_args(source) != ((policy.record,),):
            raise FilterUsageError(Message("usage.policy-place", record=policy.record.__name__, beside=repr(source)))
        check_surroundings(policy)
        text = core_schema.str_schema(max_length=policy.limits.text)
        given = core_schema.union_schema([text, core_schema.dict_schema(), core_schema.none_schema()])
        written = core_schema.nullable_schema(core_schema.str_schema())
        return core_schema.no_info_wrap_validator_function(
            self.validate,
            cast("CoreSchema", {**handler(_Text), "serialization": core_schema.simple_ser_schema("any")}),
            json_schema_input_schema=given,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.serialize, return_schema=written, when_used="json"
            ),
        )

    def json_schema(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON schema, which describes the fields and operators that are allowed."""
        record = self.policy.record
        fields = "\n".join(
            f"- `{name}` ({record.fields_by_name[name].description}): {' '.join(f'`{sign}`' for sign in taken)}"
            for name, taken in self.policy.operators.items()
        )
        head = f"A filter of {record.service_object}: comparisons joined by `and`, `or` and parentheses"
        rules = "Or the rules of react-querybuilder or jQuery QueryBuilder, as an object."
        text = f"{head}; texts and dates stand in single quotes. {rules}\n\n{fields}"
        return handler(schema) | {"description": text}

    def validate(self, value: object, handler: ValidatorFunctionWrapHandler) -> Filter[R]:
        """Return the filter within the scope that a text, rules, None or a filter mean, or raise pydantic's error."""
        if isinstance(value, Filter) and value.record is not self.policy.record:
            raise _invalid("is_instance_of", repr(value), {"class": f"Filter[{self.policy.record.__name__}]"})
        if not isinstance(value, str | Mapping | Filter | None):
            raise _invalid("string_type", short_repr(value))
        try:
            # Pydantic's own error for a lone surrogate contains it, and a response with that cannot be encoded.
            return self.policy.admit(
                handler(value) if isinstance(value, str) and not _SURROGATE.search(value) else value
            )
        except FilterError as error:
            if isinstance(value, Mapping):
                raise ValidationError.from_exception_data(
                    "Filter", [_at_its_place(p) for p in error.problems if p.severity == "error"]
                ) from None
            shown = _encodable(value) if isinstance(value, str) else repr(value)
            raise _invalid(_custom_error(error.problem, error.problems), shown) from None

    def serialize(self, value: object) -> str | None:
        """Return the text that JSON has for a filter: what was typed, never the scope.

        Of a filter that was composed later it is not known what was typed. It is written without the scope, if nothing
        in the rest resembles the scope and all of it could have been typed. Raise `FilterUsageError` for any other.
        """
        if isinstance(value, AdmittedFilter):
            return None if value.typed is None else str(value.typed)
        scope = self.policy.scope
        if isinstance(value, Filter) and value.record is self.policy.record:
            rest, within = without_scope(value, scope)
            if within and rest is None:
                return None
            if within and rest is not None and not have_comparisons_in_common(rest, scope):
                text = str(rest)
                if all(problem.severity == "warning" for problem in self.policy.check(text)):
                    return text
        raise FilterUsageError(Message("usage.scope-inseparable"))


def error_context(first: Problem, problems: Iterable[Problem]) -> dict[str, Any]:
    """Return what pydantic reports of an error: every problem, and of the first error its message with the place."""
    place = f" (line {first.line}, column {first.column})" if first.excerpt else ""
    told = {"problems": [problem.as_dict() for problem in problems], **first.reason.as_dict()}
    # pydantic puts the context into the template in this order, so braces that somebody typed stay as they are.
    context: dict[str, Any] = _encodable(told | {"message": first.message + place})
    return context


def _custom_error(first: Problem, problems: Iterable[Problem]) -> PydanticCustomError:
    return PydanticCustomError(first.code, "{message}", error_context(first, problems))  # pyright: ignore[reportArgumentType]


def _at_its_place(problem: Problem) -> InitErrorDetails:
    """Return a problem of rules as pydantic reports it: its place leads to the rule."""
    tokens = problem.path.split("/")[1:]
    loc = tuple(int(t) if t.isdecimal() else _encodable(t.replace("~1", "/").replace("~0", "~")) for t in tokens)
    return InitErrorDetails(type=_custom_error(problem, [problem]), loc=loc, input=_encodable(problem.found), ctx={})


def _invalid(error: PydanticCustomError | str, shown: str, context: dict[str, Any] | None = None) -> ValidationError:
    """Return the error, with an input that may be shown and that a response can be encoded with."""
    details = InitErrorDetails(type=error, input=shown, ctx=context or {})
    return ValidationError.from_exception_data("Filter", [details])


def _encodable(data: Any) -> Any:
    """Return data with lone surrogates in its texts escaped: UTF-8 cannot encode them."""
    match data:
        case str():
            return data.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {key: _encodable(value) for key, value in data.items()}
        case list():
            return [_encodable(value) for value in data]
        case _:
            return data
