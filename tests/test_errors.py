"""Every exception of the package can be copied and pickled with all that it knows, and says it in two languages."""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import deltasib_query
from deltasib_query import errors, parse
from deltasib_query.errors import DeltasibQueryError, FilterError, ServiceError, TransportError
from deltasib_query.messages.message import Message
from deltasib_query.messages.said import Code
from deltasib_query.problems import Problem, Span

CLASSES = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, DeltasibQueryError)]
CALL: dict[str, Any] = {"object": "user", "action": "list", "status": 200}
ARGUMENTS: dict[type[DeltasibQueryError], tuple[tuple[Any, ...], dict[str, Any]]] = {
    errors.ParameterError: (("limit", Message("rule.at-least", lowest=1)), {}),
    errors.MissingColumnError: (("Price",), {}),
    errors.MissingExtraError: (("arrow", "pyarrow"), {}),
    errors.ColumnError: (("Price", {"Price": "x"}, Message("column.cannot-hold", type="int64")), {}),
    errors.TransportError: ((Message("transport.closed"),), {"object": "user", "action": "list", "transient": True}),
    errors.InvalidRowError: (
        (Message("row.value", field="Price", type="list", why="a number is needed"),),
        {"object": "user", "action": "list", "row": {"Price": []}, "field": "Price"},
    ),
}
PROBLEMS = (
    Problem(Message("out-of-range", field="User_Id", lowest=0, highest=9), Span(0, 4)),
    Problem(Message("zero-dates", field="EndDate", zero="0000-00-00"), Span(5, 6), "warning"),
)


def made(kind: type[DeltasibQueryError]) -> DeltasibQueryError:
    """Return an error with every fact that its class can hold."""
    if kind in ARGUMENTS:
        arguments, facts = ARGUMENTS[kind]
        return kind(*arguments, **facts)
    if issubclass(kind, FilterError):
        return kind(PROBLEMS[0], PROBLEMS)
    if issubclass(kind, ServiceError):
        return kind("no", **CALL, code=-5, retry_after=7.0)
    return kind(Message("rows.none", call="user list"))


def pickled(protocol: int) -> Callable[[Any], Any]:
    return lambda error: pickle.loads(pickle.dumps(error, protocol))


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": pickled(protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)},
}


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("kind", CLASSES)
def test_a_copy_knows_what_its_error_knows(kind: type[DeltasibQueryError], way: str) -> None:
    error = made(kind)
    error.resume_token = "a token"
    again = COPIES[way](error)
    assert type(again) is kind
    assert (str(again), repr(again), again.args, vars(again)) == (str(error), repr(error), error.args, vars(error))


def test_an_error_is_made_with_its_facts() -> None:
    error = ServiceError("busy", code=-1, status=503, object="user", action="list", retry_after=7.0)
    assert vars(error) == {
        "reason": Message("service.-1", call="user list", description="busy", code="-1", status=503),
        "description": "busy",
        "code": -1,
        "status": 503,
        "object": "user",
        "action": "list",
        "retry_after": 7.0,
    }


@pytest.mark.parametrize(
    ("object", "action", "failed"),
    [("auth", "gettoken", True), ("user", "list", False), ("auth", "list", False), ("", "", False)],
)
def test_the_login_has_failed_where_the_error_is_its_own(object: str, action: str, failed: bool) -> None:
    assert TransportError(Message("transport.closed"), object=object, action=action).login_failed is failed
    assert ServiceError("no", status=500, object=object, action=action).login_failed is failed


def test_an_error_of_the_transport_names_its_call_where_it_has_one() -> None:
    reason = Message("transport.closed")
    assert str(TransportError(reason, object="user", action="list")) == "user list: the client is closed"
    assert str(TransportError(reason)) == "the client is closed"


# Languages

SOURCE = Path(deltasib_query.__file__).parent
TREES = {str(path.relative_to(SOURCE)): ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


def named(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def classes_of_errors() -> set[str]:
    """Return the names of the package's exceptions that people read, wherever they are."""
    nodes = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {"DeltasibQueryError", "NotJSON", "BadParameter"}
    while more := {node.name for node in nodes if known & set(map(named, node.bases))} - known:
        known |= more
    return known


def with_sentences(tree: ast.AST, kinds: set[str]) -> Iterator[int]:
    """Yield the line of each exception that is made with a sentence in its place, not with a message."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and named(node.func) in kinds:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            texts = [part.value for part in given if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            if any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in given) or any(" " in text for text in texts):
                yield node.lineno


def test_no_exception_is_made_with_a_sentence_in_code() -> None:
    kinds = classes_of_errors()
    assert {kind.__name__ for kind in CLASSES} | {"OutputError", "ConversionError"} <= kinds
    assert [f"{name}:{line}" for name, tree in TREES.items() for line in with_sentences(tree, kinds)] == []


@pytest.mark.parametrize(
    "code",
    ['ParameterError("limit", "at least one")', 'ResumeError(f"{path}")', 'errors.NoRowsError("no row" + more)'],
)
def test_such_a_sentence_would_be_found(code: str) -> None:
    assert [*with_sentences(ast.parse(code), classes_of_errors())] == [1]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_exception_is_said_in_both_languages(kind: type[DeltasibQueryError]) -> None:
    error = made(kind)
    persian = error.said("fa").plain
    assert any("آ" <= letter <= "ی" for letter in persian)
    assert error.said("en").plain.split("\n")[0] in str(error).replace("`", "")
    with pytest.raises(errors.ParameterError, match="language: one of en, fa is needed, not 'de'"):
        error.said("de")


SAID: list[tuple[DeltasibQueryError, str]] = [
    (
        errors.ParameterError("limit", Message("parameter.at-most", most=4294967295, given="10000000000")),
        "limit: باید حداکثر ۴٬۲۹۴٬۹۶۷٬۲۹۵ باشد، نه 10000000000",
    ),
    (
        errors.needed("charset", Message("rule.one-of", values=("utf-8", "ascii")), "klingon"),
        "charset: باید یکی از utf-8، ascii باشد، نه 'klingon'",
    ),
    (errors.MissingColumnError("Price"), "برای Price ستونی وجود ندارد"),
    (
        TransportError(Message("transport.timeout", url="http://isp", seconds=2.5), object="user", action="list"),
        "user list: در ۲٫۵ ثانیه پاسخی از http://isp نرسید (total_timeout)",
    ),
    (
        errors.InvalidKeyError("No", code=-2, status=401, object="auth", action="gettoken"),
        "auth gettoken: نام کاربری یا رمز عبور حساب API درست نیست؛ آن‌ها را بررسی کنید: No (ErrorCode -2, HTTP 401)",
    ),
    (
        errors.UnexpectedResponseError(Message("response.not-json"), status=502, object="user", action="list"),
        "user list: پاسخ JSON نیست (HTTP 502)",
    ),
]


@pytest.mark.parametrize(("error", "persian"), SAID, ids=lambda value: type(value).__name__)
def test_an_exception_in_persian(error: DeltasibQueryError, persian: str) -> None:
    assert error.said("fa").plain == persian


@pytest.mark.parametrize("code", range(-6, 0))
def test_the_persian_of_a_documented_code_says_what_to_do(code: int) -> None:
    kind = errors.SERVICE_ERRORS[code]
    error = kind("what the server says", code=code, status=400, object="user", action="list")
    said = error.said("fa").plain
    assert said.startswith("user list: ") and said.endswith(f": what the server says (ErrorCode {code}, HTTP 400)")
    assert "کنید" in said or "بخواهید" in said


def test_what_a_server_says_is_a_value_of_its_own() -> None:
    said = ServiceError("{call} `x`", code=-5, status=400, object="user", action="list").said("fa")
    assert Code("{call} `x`") in said.parts
    assert "\u2068{call} `x`\u2069" in str(said)


def test_a_wrong_filter_says_its_first_problem_and_how_many_more_there_are() -> None:
    with pytest.raises(FilterError) as caught:
        parse("Usernme = 'x' and User_Id = 'y' and Name > 'z' and Famly = 'z'", deltasib_query.User)
    assert str(caught.value).endswith("\n(and 2 more: see .problems)")
    assert caught.value.said("fa").plain == "user فیلدی به نام «Usernme» ندارد\n(و ۲ خطای دیگر)"
    with pytest.raises(FilterError) as caught:
        parse("Usernme = 'x'", deltasib_query.User)
    assert caught.value.said("fa").plain == "user فیلدی به نام «Usernme» ندارد"


def test_a_wrong_filter_describes_every_problem_for_the_person_who_typed_it() -> None:
    with pytest.raises(FilterError) as caught:
        parse("Usernme = 'نیک' and User_Id = 'y'", deltasib_query.User)
    described = caught.value.describe("fa")
    assert described.plain.split("\n") == [
        "user فیلدی به نام «Usernme» ندارد",
        "  Usernme = 'نیک' and User_Id = 'y'",
        "  ^^^^^^^",
        "اینجا مجاز است: User_Id، Username، Name، Family، Address",
        "احتمالاً منظورتان Username است",
        "User_Id عدد است، ولی این متن عدد نیست؛ پایگاه داده به جای آن عدد ابتدای متن یا ۰ را در نظر می‌گیرد",
        "  Usernme = 'نیک' and User_Id = 'y'",
        "                                ^^^",
    ]
    assert described.parts[0] == Code("user")
    one, two = caught.value.problems
    assert str(caught.value.describe("en")) == f"{one.describe('en')}\n{two.describe('en')}"
    with pytest.raises(errors.ParameterError):
        caught.value.describe("de")
