"""Every exception of the package, and the data they carry.

::

    DeltasibQueryError
    ├── FilterError (ValueError)        a filter, typed or built, is wrong: .problem, .problems
    │   ├── FilterSyntaxError           it is not the language
    │   ├── UnknownFieldError           the object has no such field to filter by
    │   ├── UnsupportedOperatorError    the field does not take this operator
    │   ├── InvalidValueError           the field does not take this value
    │   │   └── UnsafeLiteralError      the value holds a character that no literal can carry safely
    │   ├── FilterTooComplexError       it exceeds the Limits
    │   └── ConstantFilterError         it folded to true or false, which the language cannot write
    ├── FilterUsageError (TypeError)    Python code that would silently mean something else
    │   └── RecordMismatchError         a filter of one object where another object's belongs
    ├── ParameterError (ValueError)     an argument of a call breaks a documented rule
    ├── MissingColumnError (KeyError)   a table of one's own has no column for a field: .field
    ├── MissingExtraError (ImportError) an optional dependency is not installed
    ├── TransportError                  no answer came
    ├── ServiceError                    the service answered with an error: .code, .description
    │   ├── FatalServiceError           -1
    │   ├── InvalidKeyError             -2
    │   ├── AddressNotPermittedError    -3
    │   ├── MissingItemError            -4
    │   ├── InvalidDataError            -5
    │   ├── InvalidTokenError           -6
    │   └── UnexpectedResponseError     the answer is not what the guide documents
    │       ├── InvalidRowError         a row has a value that its field cannot hold
    │       ├── RepeatedPageError       the server ignores LimitFrom
    │       └── DriftError              rows came or went while a list was walked by offset
    │           └── UnstableOrderError  rows came again in another order
    ├── ColumnError (ValueError)        a value does not fit into its column: .field, .row
    ├── BudgetError                     a walk has used up what it may
    ├── ResumeError (ValueError)        a token or a checkpoint is not of this walk
    └── RowCountError (LookupError)     fewer or more rows match than are asked for
        ├── NoRowsError                 one was asked for, there is none
        ├── MultipleRowsError           one was asked for, there are more
        └── TooManyRowsError            more than an action may hit
"""

from __future__ import annotations

from typing import Final

from deltasib_query.problems import Problem, Repair, Span


class DeltasibQueryError(Exception):
    """The root of every exception that this package raises.

    `resume_token` is what `Listing.resume` takes to go on with a walk that has failed; None for any other error.
    """

    resume_token: str | None = None


class FilterError(DeltasibQueryError, ValueError):
    """A filter is wrong. `problem` is the first problem in the order of the text, `problems` are all.

    `problems` includes the warnings, so that an editor can show everything at once.
    """

    def __init__(self, problem: Problem, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(problem, problems)
        self.problem = problem
        self.problems = problems or (problem,)

    @property
    def code(self) -> str:
        """The stable code of the first problem."""
        return self.problem.code

    @property
    def span(self) -> Span:
        """The place of the first problem."""
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
        """What could stand at the first problem's place, in words of the language."""
        return self.problem.expected

    @property
    def repair(self) -> Repair | None:
        """The edit that mends the first problem, where there is one."""
        return self.problem.repair

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {tuple(self.span)})"

    def __str__(self) -> str:
        others = sum(p.severity == "error" for p in self.problems) - 1
        more = f"\n(and {others} more: see .problems)" if others > 0 else ""
        return f"{self.problem}{more}"


class FilterSyntaxError(FilterError):
    """The text is not of the Filter language."""


class UnknownFieldError(FilterError):
    """The object has no field of this name that can be filtered by."""


class UnsupportedOperatorError(FilterError):
    """The field's kind or a policy does not take this operator, or a negation has no documented form."""


class InvalidValueError(FilterError):
    """The field's kind or a policy does not take this value."""


class UnsafeLiteralError(InvalidValueError):
    """The value holds a character that no literal carries safely into every server mode."""


class FilterTooComplexError(FilterError):
    """The filter is longer, deeper or has more in it than the limits, the database or a request can take."""


class ConstantFilterError(FilterError):
    """The filter folded to true or false, for which the language has no text."""


_CLASSES: Final[dict[str, type[FilterError]]] = {
    "unknown-field": UnknownFieldError,
    "not-filterable": UnknownFieldError,
    "operator-not-allowed": UnsupportedOperatorError,
    "no-opposite": UnsupportedOperatorError,
    "number-for-text": InvalidValueError,
    "not-a-number": InvalidValueError,
    "number-too-long": InvalidValueError,
    "out-of-range": InvalidValueError,
    "not-a-date": InvalidValueError,
    "jalali-date": InvalidValueError,
    "not-yes-or-no": InvalidValueError,
    "wrong-type": InvalidValueError,
    "empty-range": InvalidValueError,
    "empty-value": InvalidValueError,
    "leading-wildcard": InvalidValueError,
    "unsafe-character": UnsafeLiteralError,
    "text-too-long": FilterTooComplexError,
    "too-deep": FilterTooComplexError,
    "too-many-comparisons": FilterTooComplexError,
    "url-too-long": FilterTooComplexError,
    "too-many-wildcards": FilterTooComplexError,
    "constant": ConstantFilterError,
}


def filter_error(problem: Problem, problems: tuple[Problem, ...] = ()) -> FilterError:
    """Return the exception of the class that belongs to the problem's code."""
    return _CLASSES.get(problem.code, FilterSyntaxError)(problem, problems)


class FilterUsageError(DeltasibQueryError, TypeError):
    """Python code around filters that would silently mean something else; the text says what to write."""


class RecordMismatchError(FilterUsageError):
    """A filter or field of one object was given where another object's belongs."""


class ParameterError(DeltasibQueryError, ValueError):
    """An argument breaks a rule: `parameter` names it, `rule` says what is allowed."""

    def __init__(self, parameter: str, rule: str) -> None:
        super().__init__(parameter, rule)
        self.parameter = parameter
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.parameter}: {self.rule}"


class MissingColumnError(DeltasibQueryError, KeyError):
    """A filter compares a `field` for which the given table or mapping has no column."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field

    def __str__(self) -> str:
        return f"there is no column for {self.field}"


class MissingExtraError(DeltasibQueryError, ImportError):
    """A part of the package needs an extra that is not installed: `extra` is its name, `missing` what it brings."""

    def __init__(self, extra: str, missing: str) -> None:
        super().__init__(extra, missing)
        self.extra = extra
        self.missing = missing

    def __str__(self) -> str:
        return f"this needs {self.missing}: pip install 'deltasib-query[{self.extra}]'"


class TransportError(DeltasibQueryError):
    """No answer came: the connection failed, broke, or took too long.

    `transient` says that trying again may help.
    """

    login_failed: bool = False
    """The login failed: what was asked for has not been sent."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


class ServiceError(DeltasibQueryError):
    """The service answered with an error.

    `code` is the documented ErrorCode (None where the answer had none), `description` its ErrorDesc, cut short and
    with what cannot be seen written out; `status` the HTTP status, `object` and `action` say what was asked;
    `retry_after` is how many seconds the server asks to wait, where it does. Secrets and filters are not kept.
    """

    retry_after: float | None = None
    login_failed: bool = False
    """The login failed: what was asked for has not been sent."""

    def __init__(self, description: str, *, code: int | None, status: int, object: str, action: str) -> None:
        self.description = printable(description)
        super().__init__(self.description)
        self.code = code
        self.status = status
        self.object = object
        self.action = action

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        code = "" if self.code is None else f" (ErrorCode {self.code})"
        return f"{self.object} {self.action}: {self.description}{code}, HTTP {self.status}"


class FatalServiceError(ServiceError):
    """ErrorCode -1, Fatal Error [guide]."""


class InvalidKeyError(ServiceError):
    """ErrorCode -2, Invalid key: the user name or password of the API account is wrong [guide]."""


class AddressNotPermittedError(ServiceError):
    """ErrorCode -3, IP not permit: the caller's address is not on the account's list [guide]."""


class MissingItemError(ServiceError):
    """ErrorCode -4, Require item not found [guide]."""


class InvalidDataError(ServiceError):
    """ErrorCode -5, Invalid Data [guide]."""


class InvalidTokenError(ServiceError):
    """ErrorCode -6, Invalid token, and a fresh one was refused as well [guide]."""


class UnexpectedResponseError(ServiceError):
    """The answer is not what the guide documents: not JSON, another shape, more rows than asked for, or too large.

    Its text may show the beginning of an answer that is not JSON, and never rows.
    """


class InvalidRowError(UnexpectedResponseError):
    """A row of the answer has a value that its field cannot hold: `row` is the raw row, `field` the name."""

    row: object
    field: str


class RepeatedPageError(UnexpectedResponseError):
    """The server ignores LimitFrom: it answers the same rows to two offsets, and rows to one far behind every list."""


class DriftError(UnexpectedResponseError):
    """Rows came or went in front of the place of a walk by offset: it is lost, or ``on_drift="raise"`` was given.

    If the place is lost, `Listing.resume` refuses the `resume_token`; otherwise it goes on behind the last page. Such
    rows do not disturb a `Scan`.
    """


class UnstableOrderError(DriftError):
    """Rows that came before came again in another order, and the place of the walk is lost. A `Scan` needs no order."""


class ColumnError(DeltasibQueryError, ValueError):
    """A value does not fit into its column of an Arrow table, and is not made to: see `field`, `row` and `detail`."""

    def __init__(self, field: str, row: object, detail: str) -> None:
        super().__init__(field, row, detail)
        self.field = field
        self.row = row
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.field}: {self.detail}"

    def __repr__(self) -> str:
        # The values of the row are a customer's, and reprs end up in logs.
        return f"{type(self).__name__}({self.field!r}, {self.detail!r})"


class BudgetError(DeltasibQueryError):
    """A walk has used up the requests or the seconds that it may; `resume_token` goes on from there."""


class ResumeError(DeltasibQueryError, ValueError):
    """A walk cannot go on from a token or a checkpoint.

    It is none, of another list, filter or version of this package, or its place is lost; or a checkpoint cannot be read
    or written.
    """


class RowCountError(DeltasibQueryError, LookupError):
    """Fewer or more rows match than the caller asks for or allows."""


class NoRowsError(RowCountError):
    """One row was asked for and none matches."""


class MultipleRowsError(RowCountError):
    """One row was asked for and more match."""


class TooManyRowsError(RowCountError):
    """More rows match than the caller allows an action to hit."""


def _restore(kind: type[ServiceError], args: tuple[object, ...], state: dict[str, object]) -> ServiceError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


def shown(value: object) -> str:
    """Return a value's repr for a message, whatever the value is, and cut short.

    >>> shown("ali"), shown(10**5000)
    ("'ali'", '<int>')
    """
    try:
        text = repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
    return text if len(text) <= 80 else f"{text[:79]}…"


def printable(text: str) -> str:
    r"""Return a text of somebody else's for a message: cut short, and what cannot be seen written out.

    That are control characters, lone surrogates, and the marks that turn the direction of a text; not the joiners of
    Persian.

    >>> print(printable("ali\u202e\n"))
    ali\u202e\n
    """
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(each if each.isprintable() or each in _JOINERS else repr(each)[1:-1] for each in cut)


_LONGEST: Final = 400
_JOINERS: Final = "\u200c\u200d"
