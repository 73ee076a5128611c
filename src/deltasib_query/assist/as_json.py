"""Problems, completions and explanations as an editor in a browser takes them.

This is the only place where offsets leave code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final, TypeAlias, overload

from deltasib_query.assist.completions import Completion, Completions
from deltasib_query.assist.explain import Explanation
from deltasib_query.assist.utf16 import Utf16
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.policies.admitted import typed_part
from deltasib_query.language.diagnosis.repairs import apply
from deltasib_query.messages.said import Said
from deltasib_query.problems import Problem, Repair, Span

Json: TypeAlias = dict[str, Any]

_DEEPEST: Final = 100
"""The most levels of an explanation that are written. `json` cannot write a thousand, and no page could show them."""


@overload
def as_json(
    found: Iterable[Problem],
    text: str,
    *,
    language: str = "en",
    caret: int | None = None,
    filter: Filter[Any] | None = None,
) -> Json: ...
@overload
def as_json(found: Completions | Explanation, text: str) -> Json: ...
def as_json(
    found: Iterable[Problem] | Completions | Explanation,
    text: str,
    *,
    language: str = "en",
    caret: int | None = None,
    filter: Filter[Any] | None = None,
) -> Json:
    """Return problems, completions or an explanation of a text, ready for `json.dumps`.

    text: the text that they were found in. Offsets into it become UTF-16 units.

    For problems:

    language: of what is said, "en" or "fa". `message` is English in any case.
    caret: where the user types, in code points; what may be unfinished there is marked. None marks nothing.
    filter: what the text means, for `canonical`; of a filter that a policy has admitted, what was typed.

    Raises `ParameterError` for another language.

    >>> from deltasib_query import User, check
    >>> text = "Name = '😀' && User_Id = 5"
    >>> answer = as_json(check(text, User), text)
    >>> answer["fixed"], answer["problems"][1]["from"]
    ("Name = '😀' and User_Id = 5", 12)
    """
    units = Utf16(text)
    if isinstance(found, Completions):
        items = [_item(item) for item in found.items]
        return {"text": units.length, **_place(found.span, units), "more": found.more, "items": items}
    if isinstance(found, Explanation):
        return {"language": found.language, "text": str(found), "clauses": _clauses(found, units)}
    problems = tuple(found)
    return {
        "text": units.length,
        "canonical": None if filter is None else str(typed_part(filter)),
        "problems": [_problem(problem, units, language, caret) for problem in problems],
        "fixed": _fixed(problems, text),
    }


def _place(span: Span, units: Utf16) -> Json:
    return {"from": units.of(span.start), "to": units.of(span.end)}


def _problem(problem: Problem, units: Utf16, language: str, caret: int | None) -> Json:
    return {
        **_place(problem.span, units),
        "severity": problem.severity,
        "code": problem.code,
        **problem.reason.as_dict(),
        "message": problem.message,
        "said": said_as_json(problem.said(language)),
        "unfinished": caret is not None and problem.unfinished(caret),
        "fixes": [] if problem.repair is None else [_fix(problem.repair, units, language)],
    }


def said_as_json(said: Said) -> list[object]:
    """Return the parts of a sentence: texts, and codes in objects of their own."""
    return [part if isinstance(part, str) else {"code": part.text} for part in said.parts]


def _fix(repair: Repair, units: Utf16, language: str) -> Json:
    return {
        **_place(repair.span, units),
        "insert": repair.replacement,
        "sure": repair.certain,
        "label": str(repair.label.said(language)),
    }


def _fixed(problems: Sequence[Problem], text: str) -> str | None:
    """Return the text that ``parse(…, repair=True)`` reads in place of a wrong one; None if there is none.

    Repairs are certain only if all of them together make a valid filter.
    """
    sure = [problem.repair for problem in problems if problem.repair is not None and problem.repair.certain]
    wrong = any(problem.severity == "error" for problem in problems)
    return apply(text, sure) if wrong and sure else None


def _item(item: Completion) -> Json:
    units = Utf16(item.insert)
    caret = units.length if item.caret is None else units.of(item.caret)
    return {**asdict(item), "caret": caret, "finds": [*item.finds]}


def _clauses(explanation: Explanation, units: Utf16) -> Json | None:
    """Return the clauses as a tree; None for one that is too deep."""
    if any(clause.depth > _DEEPEST for clause in explanation.clauses):
        return None
    levels: list[list[Json]] = [[]]
    for clause in explanation.clauses:
        place = {"from": None, "to": None} if clause.span is None else _place(clause.span, units)
        children: list[Json] = []
        del levels[clause.depth + 1 :]
        levels[-1].append({"kind": clause.kind, **place, "said": said_as_json(clause.said), "children": children})
        levels.append(children)
    return levels[0][0]
