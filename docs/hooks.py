"""Puts into the pages what the code knows better: tables of actions and fields, the grammar, the tree of errors.

A line ``<!-- make: NAME ARGUMENT -->`` in a page is replaced by what the function of that name returns.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from deltasib_query import Client, __version__, errors
from deltasib_query.cli.problem_codes import ProblemCode, problem_codes
from deltasib_query.display import printable
from deltasib_query.service import actions, objects
from deltasib_query.service.actions import Action
from deltasib_query.service.parameters import (
    Choice,
    Day,
    Digits,
    Integer,
    Parameter,
    Price,
    Text,
)

ROOT = Path(__file__).parent.parent
MARK = re.compile(
    r"^<!-- make: (?P<name>\w+) ?(?P<argument>.*?) -->$", re.MULTILINE
)

COLUMNS = 86
"""How wide code is at most: a column of the site has room for it."""

ATTRIBUTES = {"creditinfo": "credit_info", "currentstatus": "current_status"}
"""Actions whose methods have another name than the guide's action."""

CODES = re.compile(r"^\| `[\w-]+`(?P<rest> \|.*)", re.MULTILINE)
"""A row about a code of problems."""

HEADINGS = re.compile(
    r"^(\| (?:error|warning) \|.*)\n(\| --- .*)", re.MULTILINE
)
"""The head of a table of them."""

IN_LISTS = {
    "field": "`fields`",
    "limit_from": "`start`, then page by page",
    "limit_count": "`page_size`",
}
"""Parameters of the lists that are other arguments with us."""

ANSWERS = {
    actions.GET_TOKEN: "`token`, and `SessionTimeout` in seconds",
    actions.CURRENT_STATUS: "an object: [`UserStatus`](fields.md#userstatus)",
}
"""Answers that are neither rows nor `status` 1."""

OTHER_TYPES = {
    (actions.CREDIT_INFO, "User_Id"): "String",
    (actions.SERVICE_BASE_ADD, "PayPlan"): "Array: PrePaid, PostPaid",
}
"""Types of the guide that are not what we take."""

AT_LOGIN = {
    "api_username": "`username` of `Client`",
    "api_key": "made from `password` of `Client`",
}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the marks of a page."""
    return MARK.sub(
        lambda mark: MAKERS[mark["name"]](mark["argument"]), markdown
    )


def on_page_context(context: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Tell the foot of a page the version."""
    return context | {"release": __version__}


def action_of(name: str) -> Action:
    """Return the action of a name such as ``user list``."""
    return next(
        action
        for action in actions.ACTIONS
        if f"{action.object} {action.name}" == name
    )


def method_of(action: Action) -> tuple[str, Callable[..., Any]] | None:
    """Return our method for an action and how it is called; None for the login, which has none."""
    if action is actions.GET_TOKEN:
        return None
    group, name = (
        action.object.lower().replace(".", "_"),
        ATTRIBUTES.get(action.name, action.name),
    )
    url = "https://isp.example:1043"
    with Client(url, username="reseller", password="sandbox") as isp:  # noqa: S106
        return f"isp.{group}.{name}", getattr(getattr(isp, group), name)


def action(name: str) -> str:
    """Return an action as the guide's tables have it, and our method."""
    action = action_of(name)
    method = method_of(action)
    sent = (
        f", sent as `{action.wire}`"
        if action.wire and action.wire != action.name
        else ""
    )
    lines = [
        "| object | action | method | answer |",
        "| --- | --- | --- | --- |",
        f"| `{action.object}` | `{action.name}`{sent} | {action.method} | {_answer(action)} |",
        "",
        "| parameter | type | required | default | meaning | in Python |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    arguments = (
        set(inspect.signature(method[1]).parameters) if method else set()
    )
    for parameter in action.parameters:
        cells = (
            f"`{parameter.name}`", guide_type(action, parameter), _required(action, parameter), parameter.default,
            parameter.doc, _argument(parameter, arguments),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    called = (
        f"```python {{ .signature }}\n{_called(*method)}\n```"
        if method
        else "`Client` and `AsyncClient` log in."
    )
    return "\n".join([*lines, "", called])


def guide_type(action: Action, parameter: Parameter) -> str:
    """Return the type of a parameter in the guide's words, with what the guide says it may be."""
    if (action, parameter.name) in OTHER_TYPES:
        return OTHER_TYPES[action, parameter.name]
    match parameter.kind:
        case Text(max_length=None) | Text(min_length=128):
            return "String"
        case Text(max_length=length):
            return f"String({length})"
        case Integer():
            return "Int"
        case Digits(count=count):
            return f"Int({count})"
        case Price(digits=digits):
            return f"Prc({digits})"
        case Day():
            return "Date"
        case Choice(values=values):
            return f"String: {', '.join(values)}"
        case other:
            raise TypeError(f"no word of the guide is known for {other!r}")


def fields(name: str) -> str:
    """Return the fields of a record, and what its answers have beside them."""
    record = getattr(objects, name)
    rows = [
        "| field | holds | operators | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for field in record.fields_by_name.values():
        key = " (key)" if field is getattr(record, "key", None) else ""
        operators = " ".join(f"`{operator}`" for operator in field.operators)
        rows.append(
            f"| `{field.name}`{key} | {field.description} | {operators} | {field.__doc__ or ''} |"
        )
    if not record.fields_by_name:
        rows = []
    if record.response_fields_by_name:
        rows += [
            "",
            "| also in rows, but not for filters | meaning |",
            "| --- | --- |",
        ]
        rows += [
            f"| `{answer.name}` | {answer.__doc__ or ''} |"
            for answer in record.response_fields_by_name.values()
        ]
    return "\n".join(rows)


def grammar(_: str) -> str:
    """Return the page on the language, without its heading, its links turned to pages of this site."""
    text = (
        (ROOT / "grammar" / "README.md")
        .read_text(encoding="utf-8")
        .partition("\n")[2]
    )
    text = text.replace("](filter.lark)", "](grammar.md)").replace(
        "](conformance)", "](#conformance-cases)"
    )
    before, title, tables = text.partition("## Problem codes\n")
    return before + title + _with_examples(tables)


def codes(_: str) -> str:
    """Return the part of that page on the codes of problems."""
    return grammar("").partition("## Problem codes\n")[2].partition("\n## ")[0]


def lark(_: str) -> str:
    """Return the grammar itself."""
    return f"```lark\n{(ROOT / 'grammar' / 'filter.lark').read_text(encoding='utf-8')}```"


def changelog(_: str) -> str:
    """Return the list of changes, its links turned to pages of this site."""
    return (
        (ROOT / "CHANGELOG.md")
        .read_text(encoding="utf-8")
        .replace("](docs/", "](")
    )


def service_codes(_: str) -> str:
    """Return the rows on the service's documented codes, which the docstrings of their exceptions have."""
    rows = []
    for code, error in errors.SERVICE_ERRORS.items():
        name, repair = inspect.cleandoc(error.__doc__ or "").split("\n\n")
        text = name.partition(", ")[2].removesuffix(" [guide].")
        rows.append(
            f"| `{code}`{{ #service{code} }} | {text} | `{error.__name__}` | {' '.join(repair.split())} |"
        )
    return "\n".join(rows)


def error_tree(_: str) -> str:
    """Return the tree of exceptions, which `deltasib_query.errors` draws."""
    tree = (
        inspect.cleandoc(errors.__doc__ or "")
        .partition("::\n")[2]
        .replace("\n    ", "\n")
        .strip()
    )
    return "\n".join(
        [
            "```text",
            *(line for each in tree.split("\n") for line in _narrow(each)),
            "```",
        ]
    )


def _narrow(line: str) -> list[str]:
    """Return a line of the tree in as many lines as its words need beside the branches."""
    parts = re.fullmatch(
        r"(?P<branch>[│├└─ ]*\w+(?: \(\w+\))? *)(?P<words>.*)", line
    )
    assert parts is not None
    first, *rest = textwrap.wrap(
        parts["words"], COLUMNS - len(parts["branch"])
    ) or [""]
    rails = re.sub("[^│]", " ", parts["branch"].replace("├", "│"))
    return [parts["branch"] + first, *(rails + more for more in rest)]


def _with_examples(tables: str) -> str:
    """Return the tables of codes with an anchor for each code, where it first stands, and with what provokes it."""
    codes = iter(problem_codes())  # in the order of the tables
    anchored: set[str] = set()

    def extended(row: re.Match[str]) -> str:
        of = next(codes)
        anchor = "" if of.code in anchored else f"{{ #code-{of.code} }}"
        anchored.add(of.code)
        return f"| `{of.code}`{anchor}{row['rest']} {_example(of)} |"

    headed = HEADINGS.sub(r"\1 for example |\n\2 --- |", tables)
    return CODES.sub(extended, headed)


def _example(of: ProblemCode) -> str:
    """Return the example of a code for a cell."""
    match of.example:
        case {"filter": "", **_others}:
            return "a text without anything"
        case {"filter": text, "object": name}:
            code = f"`{printable(text)}`" + f" ({name})" * (name != "user")
        case {"python": text}:
            code = f"`{text}`"
        case _:
            code = ""
    return code.replace("|", r"\|")


def _answer(action: Action) -> str:
    if action.record is not None:
        return f"rows: [`{action.record.__name__}`](fields.md#{action.record.__name__.lower()})"
    return ANSWERS.get(action, "`status` 1")


def _required(action: Action, parameter: Parameter) -> str:
    pairs = [pair for pair in action.either if parameter.argument in pair]
    return "one of the two" if pairs else "yes" if parameter.required else ""


def _argument(parameter: Parameter, arguments: Iterable[str]) -> str:
    if parameter.argument in arguments:
        return f"`{parameter.argument}`"
    if parameter.argument in AT_LOGIN:
        return AT_LOGIN[parameter.argument]
    ours = IN_LISTS[parameter.argument]
    return ours if ours.split("`")[1] in arguments else "always `*`"


def _called(name: str, method: Callable[..., Any]) -> str:
    signature = inspect.signature(method)
    plain = [
        parameter.replace(annotation=parameter.empty)
        for parameter in signature.parameters.values()
    ]
    call = f"{name}{signature.replace(parameters=plain, return_annotation=signature.empty)}"
    return (
        call
        if len(call) <= COLUMNS
        else call.replace("(", "(\n    ", 1).replace(", ", ",\n    ")[:-1]
        + ",\n)"
    )


MAKERS: dict[str, Callable[[str], str]] = {
    "action": action,
    "fields": fields,
    "grammar": grammar,
    "codes": codes,
    "lark": lark,
    "changelog": changelog,
    "service_codes": service_codes,
    "error_tree": error_tree,
}
