"""Every exception of the package, and the data they carry.

::

    DeltasibQueryError
    ├── FilterError (ValueError)        a filter, typed or built, is wrong: .problem, .problems
    │   ├── FilterSyntaxError           the text is not in the language
    │   ├── UnknownFieldError           the object has no such field
    │   ├── UnsupportedOperatorError    the field does not take this operator
    │   ├── InvalidValueError           the field does not take this value
    │   │   └── UnsafeLiteralError      the value holds a character that no literal can carry safely
    │   ├── FilterTooComplexError       it is larger than the Limits allow
    │   └── ConstantFilterError         it is true or false for every row, which the language cannot write
    ├── FilterUsageError (TypeError)    Python code that would silently mean something else
    │   └── RecordMismatchError         a filter of one record was given for the list of another
    ├── UndecidedError                  no example of a filter was found, and no proof that there is none
    ├── ParameterError (ValueError)     an argument of a call breaks a documented rule
    ├── MissingColumnError (KeyError)   a table or mapping has no column for a field: .field
    ├── MissingExtraError (ImportError) an optional dependency is not installed
    ├── TransportError                  no response came
    ├── ServiceError                    the service answered with an error: .code, .description
    │   ├── FatalServiceError           -1
    │   ├── InvalidKeyError             -2
    │   ├── AddressNotPermittedError    -3
    │   ├── MissingItemError            -4
    │   ├── InvalidDataError            -5
    │   ├── InvalidTokenError           -6
    │   └── UnexpectedResponseError     the response is not what the guide documents
    │       ├── InvalidRowError         a row lacks its key, or a field cannot hold its value
    │       ├── RepeatedPageError       the server ignores LimitFrom
    │       └── DriftError              rows came or went while a list was walked by offset
    │           └── UnstableOrderError  rows came again in another order
    ├── ColumnError (ValueError)        a value does not fit into its column: .field, .row
    ├── BudgetError                     a walk has used all its requests or seconds
    ├── ResumeError (ValueError)        a token or a checkpoint belongs to another walk
    └── RowCountError (LookupError)     fewer or more rows match than expected
        ├── NoRowsError                 one was expected, none matches
        ├── MultipleRowsError           one was expected, more match
        └── TooManyRowsError            more match than an action may affect
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deltasib_query.display import printable, shown
from deltasib_query.messages.message import DeltasibQueryError as DeltasibQueryError
from deltasib_query.messages.message import Message
from deltasib_query.messages.message import ParameterError as ParameterError
from deltasib_query.messages.said import Said, joined
from deltasib_query.problems import Problem, Repair, Span


class FilterError(DeltasibQueryError, ValueError):
    """A filter is wrong: `problem` is the first error in the order of the text.

    `problems` has everything that was found, warnings included, so that an editor can show it at once.
    """

    def __init__(self, problem: Problem, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(problem.reason, problem, problems)
        self.problem = problem
        self.problems = problems or (problem,)

    @property
    def code(self) -> str:
        """The stable code of the first problem."""
        return self.problem.code

    @property
    def span(self) -> Span:
        """The place of the first problem, in code points."""
        return self.problem.span

    @property
    def start(self) -> int:
        """Where the first problem starts, in code points."""
        return self.problem.span.start

    @property
    def end(self) -> int:
        """Where the first problem ends, in code points."""
        return self.problem.span.end

    @property
    def line(self) -> int:
        """The line of the first problem, from 1."""
        return self.problem.line

    @property
    def column(self) -> int:
        """The column of the first problem, from 1."""
        return self.problem.column

    @property
    def expected(self) -> tuple[str, ...]:
        """What may stand at that place, in words of the language."""
        return self.problem.expected

    @property
    def repair(self) -> Repair | None:
        """The edit that repairs the first problem; None where none is known."""
        return self.problem.repair

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {tuple(self.span)})"

    def __str__(self) -> str:
        others = self._others
        return str(Message("more.problems", first=str(self.problem), others=others) if others else self.problem)

    def said(self, language: str) -> Said:
        """Return the first problem in a language, and how many more there are. See `Message.said`."""
        others = self._others
        return (Message("more", first=self.reason, others=others) if others else self.reason).said(language)

    def describe(self, language: str) -> Said:
        """Return all problems in a language, each as `Problem.describe` has it, for the person who typed the filter.

        Raises as `Message.said`.

        >>> from deltasib_query import FilterError, User, parse
        >>> try:
        ...     parse("Name != 'x' and User_Id = 'y'", User)
        ... except FilterError as error:
        ...     print(error.describe("fa").plain)
        != از عملگرهای فیلتر نیست
          Name != 'x' and User_Id = 'y'
               ^^
        اینجا مجاز است: یک عملگر (= <> < > <= >=)، like
        احتمالاً منظورتان <> است
        User_Id عدد است، ولی این متن عدد نیست؛ پایگاه داده به جای آن عدد ابتدای متن یا ۰ را در نظر می‌گیرد
          Name != 'x' and User_Id = 'y'
                                    ^^^
        """
        return Said(joined("\n", (problem.describe(language).parts for problem in self.problems)))

    @property
    def _others(self) -> int:
        """The number of errors but the first."""
        return max(0, sum(problem.severity == "error" for problem in self.problems) - 1)


class FilterSyntaxError(FilterError):
    """The text is not of the Filter language."""


class UnknownFieldError(FilterError):
    """The object has no field of this name that a filter can use."""


class UnsupportedOperatorError(FilterError):
    """The field or a policy does not allow this operator, or the language has no opposite for a negation."""


class InvalidValueError(FilterError):
    """The field or a policy does not allow this value."""


class UnsafeLiteralError(InvalidValueError):
    """The value holds a character that no quoted text carries safely to every server."""


class FilterTooComplexError(FilterError):
    """The filter is longer, deeper or larger than the limits, the database or a request allow."""


class ConstantFilterError(FilterError):
    """The filter was simplified to true or false, and the language has no text for these."""


_FILTER_ERRORS: Final[Mapping[str, type[FilterError]]] = {
    code: kind
    for kind, codes in (
        (UnknownFieldError, "unknown-field not-filterable"),
        (UnsupportedOperatorError, "operator-not-allowed no-opposite"),
        (InvalidValueError, "number-for-text not-a-number number-too-long out-of-range not-a-date jalali-date"),
        (InvalidValueError, "not-yes-or-no wrong-type empty-range empty-value leading-wildcard"),
        (UnsafeLiteralError, "unsafe-character"),
        (FilterTooComplexError, "text-too-long too-deep too-many-comparisons url-too-long too-many-wildcards"),
        (ConstantFilterError, "constant"),
    )
    for code in codes.split()
}
"""The class of each code of a problem; any other code is a `FilterSyntaxError`."""


def filter_error(problem: Problem, problems: tuple[Problem, ...] = ()) -> FilterError:
    """Return the exception of a problem, of the class that its code stands for."""
    return _FILTER_ERRORS.get(problem.code, FilterSyntaxError)(problem, problems)


class FilterUsageError(DeltasibQueryError, TypeError):
    """Python code around filters would silently mean something else; the text says what to write instead."""


class RecordMismatchError(FilterUsageError):
    """A filter or field of one object was given to a list of another."""


class UndecidedError(DeltasibQueryError):
    """It is undecided whether a filter selects a row that another does not: neither a row nor a proof was found."""


def needed(parameter: str, rule: Message, given: object) -> ParameterError:
    """Return the error of an argument that is not what its rule says."""
    return ParameterError(parameter, Message("parameter.needed", rule=rule, given=shown(given)))


class MissingColumnError(DeltasibQueryError, KeyError):
    """A filter compares a `field` that the given table or mapping has no column for."""

    def __init__(self, field: str) -> None:
        super().__init__(Message("column.missing", field=field), field)
        self.field = field


class MissingExtraError(DeltasibQueryError, ImportError):
    """A part of the package needs the library `missing`, which the extra `extra` installs."""

    def __init__(self, extra: str, missing: str) -> None:
        super().__init__(Message("extra", missing=missing, extra=extra), extra, missing)
        self.extra = extra
        self.missing = missing


_LOGIN: Final = ("auth", "gettoken")
"""The object and the action of the login [guide]."""


class TransportError(DeltasibQueryError):
    """No response came: the connection failed, broke, or took too long.

    object, action: the call as the guide names it, such as ``user`` and ``list``; empty where no request was tried.
    transient: whether another try may succeed.
    """

    def __init__(self, reason: Message, *, object: str = "", action: str = "", transient: bool = False) -> None:
        of_call = Message("transport.call", call=f"{object} {action}", reason=reason) if object else reason
        super().__init__(of_call, reason)
        self.object = object
        self.action = action
        self.transient = transient

    @property
    def login_failed(self) -> bool:
        """Whether the login failed, so that the request itself was not sent."""
        return (self.object, self.action) == _LOGIN


class ServiceError(DeltasibQueryError):
    """The service answered with an error. Secrets and filters are not kept.

    description: the ErrorDesc, shortened, and with invisible characters written as escapes; or what is wrong with the
        response, as a message where it is given and in English where it is read.
    code: the documented ErrorCode; None where the response has none.
    status: the HTTP status.
    object, action: the call as the guide names it, such as ``user`` and ``list``.
    retry_after: the seconds that the server asks to wait; None where it does not ask.
    """

    def __init__(
        self,
        description: str | Message,
        *,
        code: int | None = None,
        status: int,
        object: str,
        action: str,
        retry_after: float | None = None,
    ) -> None:
        told = printable(description) if isinstance(description, str) else description
        which = "uncoded" if code is None else str(code) if code in SERVICE_ERRORS else "undocumented"
        call = f"{object} {action}"
        reason = Message(f"service.{which}", call=call, description=told, code=str(code), status=status)
        super().__init__(reason, told)
        self.description = str(told)
        self.code = code
        self.status = status
        self.object = object
        self.action = action
        self.retry_after = retry_after

    @property
    def login_failed(self) -> bool:
        """Whether the login failed, so that the request itself was not sent."""
        return (self.object, self.action) == _LOGIN

    def __reduce__(self) -> tuple[object, ...]:
        # By default pickle would call the class with `args` alone.
        return type(self).__new__, (type(self), *self.args), self.__dict__


class FatalServiceError(ServiceError):
    """ErrorCode -1, Fatal Error [guide].

    Look into the server's log. You may retry a read; before you retry a write, look whether it was done.
    """


class InvalidKeyError(ServiceError):
    """ErrorCode -2, Invalid key [guide].

    Correct the user name or password of the API account.
    """


class AddressNotPermittedError(ServiceError):
    """ErrorCode -3, IP not permit [guide].

    Have your address added to the account's list; if you use a proxy, the proxy's address.
    """


class MissingItemError(ServiceError):
    """ErrorCode -4, Require item not found [guide].

    A required parameter was missing or empty. The client sends all that the guide requires, so this server requires
    more.
    """


class InvalidDataError(ServiceError):
    """ErrorCode -5, Invalid Data [guide].

    Read `description`: perhaps an id does not exist, a user name is taken, or the server reads the filter differently.
    """


class InvalidTokenError(ServiceError):
    """ErrorCode -6, Invalid token [guide].

    Ask the server's administrator. The client has already fetched a new token and retried once, and the server refused
    that token, too.
    """


SERVICE_ERRORS: Final[Mapping[int, type[ServiceError]]] = {
    -1: FatalServiceError,
    -2: InvalidKeyError,
    -3: AddressNotPermittedError,
    -4: MissingItemError,
    -5: InvalidDataError,
    -6: InvalidTokenError,
}
"""The class of each documented ErrorCode; any other code is a `ServiceError`."""


class UnexpectedResponseError(ServiceError):
    """The response is not what the guide documents: not JSON, another shape, too many rows, or too large.

    Its text may show the beginning of a response that is not JSON, and never shows rows.
    """


class InvalidRowError(UnexpectedResponseError):
    """A row of the response lacks its key, or has a value that its `field` cannot hold; `row` is the row as it came."""

    def __init__(
        self, description: str | Message, *, row: Mapping[str, object], field: str, object: str, action: str
    ) -> None:
        super().__init__(description, status=200, object=object, action=action)
        self.row = row
        self.field = field


class RepeatedPageError(UnexpectedResponseError):
    """The server ignores LimitFrom: two offsets have the same rows, and an offset beyond every list has rows."""


class DriftError(UnexpectedResponseError):
    """Rows were inserted or deleted before the position of a walk by offset.

    It is raised with ``on_drift="raise"``, and if the position is lost. `Listing.resume` refuses the `resume_token` of
    a lost position; otherwise it continues after the last page. A `Scan` is not affected by such rows.
    """


class UnstableOrderError(DriftError):
    """The server changed the order of the rows, and the position of the walk is lost. A `Scan` needs no order."""


class ColumnError(DeltasibQueryError, ValueError):
    """A value of a record does not fit into its column of an Arrow table: see `field`, `row` and `detail`."""

    def __init__(self, field: str, row: object, detail: Message) -> None:
        super().__init__(Message("column.value", field=field, detail=detail), field, row, detail)
        self.field = field
        self.row = row
        self.detail = detail

    def __repr__(self) -> str:
        # The values of the row are a customer's, and reprs end up in logs.
        return f"{type(self).__name__}({self.field!r}, {str(self.detail)!r})"


class BudgetError(DeltasibQueryError):
    """A walk has used all the requests or seconds that it may; `resume_token` continues from there."""


class ResumeError(DeltasibQueryError, ValueError):
    """A walk cannot be resumed from a token or a checkpoint.

    The token is malformed, belongs to another list, filter or version of this package, or its position is lost; or the
    checkpoint file cannot be read or written.
    """


class RowCountError(DeltasibQueryError, LookupError):
    """Fewer or more rows match than the caller expects or allows."""


class NoRowsError(RowCountError):
    """One row was expected, and none matches."""


class MultipleRowsError(RowCountError):
    """One row was expected, and more match."""


class TooManyRowsError(RowCountError):
    """More rows match than the caller allows an action to affect."""
