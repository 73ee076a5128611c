"""Problems: how they are shown in both languages, and which of them somebody who is typing has only not finished."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deltasib_query import Message, Problem, Record, Repair, Span, User, UserServiceBase, check
from deltasib_query.errors import ParameterError
from deltasib_query.messages.message import LANGUAGES
from deltasib_query.service.objects import RECORDS
from strategies import AnyFilter, filters

_LINES = files("deltasib_query.grammar").joinpath("conformance", "accept.jsonl").read_text("utf-8").splitlines()
_RECORDS: dict[str, type[Record]] = {record.service_object.lower(): record for record in RECORDS}
ACCEPTED = [(case["filter"], _RECORDS[case["object"].lower()]) for case in map(json.loads, _LINES)]
EACH = pytest.mark.parametrize(("text", "record"), ACCEPTED, ids=range(1, len(ACCEPTED) + 1))
_LITERAL = re.compile(r"'(?:[^']|'')*'")


def errors(text: str, record: type[Record] = User) -> Iterator[Problem]:
    return (problem for problem in check(text, record) if problem.severity == "error")


@EACH
def test_b8_at_the_end_of_every_prefix_of_a_filter_no_error_is_finished(text: str, record: type[Record]) -> None:
    prefixes = (text[:end] for end in range(len(text)))
    assert [(typed, e.code) for typed in prefixes for e in errors(typed, record) if not e.unfinished(len(typed))] == []


@EACH
def test_b8_inside_every_text_that_is_still_open_no_error_is_finished(text: str, record: type[Record]) -> None:
    for literal in _LITERAL.finditer(text):
        for caret in range(literal.start() + 1, literal.end()):
            typed = text[:caret] + text[literal.end() :]
            assert [error.code for error in errors(typed, record) if not error.unfinished(caret)] == [], typed


@given(filters(), st.data())
def test_b8_no_error_is_finished_while_a_random_filter_is_typed(filter: AnyFilter, data: st.DataObject) -> None:
    text, record = str(filter), filter.record
    assume(not any(errors(text, record)))
    typed = text[: data.draw(st.integers(0, len(text)))]
    assert [error.code for error in errors(typed, record) if not error.unfinished(len(typed))] == []
    literals = [*_LITERAL.finditer(text)]
    if literals:
        literal = data.draw(st.sampled_from(literals))
        caret = data.draw(st.integers(literal.start() + 1, literal.end() - 1))
        typed = text[:caret] + text[literal.end() :]
        assert [error.code for error in errors(typed, record) if not error.unfinished(caret)] == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Username => 'ali' and Name|", "operator"),
        ("Usernme = 'x' and Name = 'a|", "unknown-field"),
        ("User_Id = 1 && User_Id = 2|", "connective"),
        ("Name = ali and User_Id = |", "bare-word"),
        ("Name = 'O'Reilly' and User_Id = 5|", "stray-quote"),
        ("User_Id = 'abc' and Name = 'a or b|", "not-a-number"),
        ("Usernme = 'x' and Name = 'a and Foo = 5|", "unknown-field"),
        ("Name = 'ali|' and Usernme = 'x'", "unknown-field"),
        ("Name = '|' and User_Id => 5", "operator"),
        ("| Name == 'x'", "operator"),
    ],
)
def test_b8_an_error_away_from_the_caret_is_finished(typed: str, code: str) -> None:
    caret = typed.index("|")
    finished = [error.code for error in errors(typed.replace("|", "", 1)) if not error.unfinished(caret)]
    assert finished == [code]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("|", ["empty"]),
        ("Name = |", ["unexpected-end"]),
        ("|(Name = 'x'", ["unclosed-parenthesis"]),
        ("|Name = 'x", ["unclosed-quote"]),
        ("Usern|me = 'x'", ["unknown-field"]),
        ("Usernme| = 'x'", ["unknown-field"]),
        ("|Usernme = 'x'", ["unknown-field"]),
        ("Name = 'O'Rei|lly'", ["stray-quote"]),
        ("Name = 'O|'Reilly'", ["stray-quote"]),
        ("Name = 'a and Foo = 5|", ["unclosed-quote", "unknown-field"]),
    ],
)
def test_b8_an_error_at_the_caret_or_at_the_end_is_unfinished(typed: str, codes: list[str]) -> None:
    caret = typed.index("|")
    found = list(errors(typed.replace("|", "", 1)))
    assert [error.code for error in found] == codes
    assert [error.code for error in found if error.unfinished(caret)] == codes


def test_a_problem_is_shown_with_its_place_what_is_possible_and_the_repair() -> None:
    problem = next(errors("Username != 'ali'"))
    assert str(problem).split("\n") == [
        "`!=` is not an operator of the language (line 1, column 10)",
        "  Username != 'ali'",
        "           ^^",
        "possible here: an operator (= <> < > <= >=), like",
        "repair: write  <>",
    ]
    assert problem.describe("en").plain == str(problem).replace("`", "")


def test_in_persian_the_mark_shows_the_place() -> None:
    problem = next(errors("Username != 'ali'"))
    assert problem.said("fa").plain == "!= از عملگرهای فیلتر نیست"
    assert problem.describe("fa").plain.split("\n") == [
        "!= از عملگرهای فیلتر نیست",
        "  Username != 'ali'",
        "           ^^",
        "اینجا مجاز است: یک عملگر (= <> < > <= >=)، like",
        "بنویسید <>",
    ]
    assert str(problem.said("fa")).startswith("\u2068!=\u2069 ")


@pytest.mark.parametrize(
    ("repair", "english", "persian"),
    [
        (Repair(Span(0, 1), "x"), "repair: write  x", "بنویسید x"),
        (Repair(Span(0, 0), "x"), "repair: insert  x", "اینجا x را اضافه کنید"),
        (Repair(Span(0, 1), ""), "repair: remove the marked part", "بخش مشخص‌شده را حذف کنید"),
        (Repair(Span(0, 1), "x", certain=False), "repair: perhaps write  x", "احتمالاً منظورتان x است"),
        (Repair(Span(0, 0), "x", certain=False), "repair: perhaps insert  x", "احتمالاً باید اینجا x اضافه شود"),
        (
            Repair(Span(0, 1), "", certain=False),
            "repair: perhaps remove the marked part",
            "احتمالاً بخش مشخص‌شده باید حذف شود",
        ),
    ],
)
def test_what_a_repair_does(repair: Repair, english: str, persian: str) -> None:
    problem = Problem(Message("comment"), Span(0, 1), repair=repair)
    assert str(problem) == f"a filter has no comments\n{english}"
    assert problem.describe("fa").plain == f"در فیلتر نمی‌توان توضیح نوشت\n{persian}"


def test_the_place_in_json_is_shown() -> None:
    problem = Problem(Message("comment"), Span(0, 1), excerpt="  x\n  ^", path="/rules/0")
    assert str(problem) == "a filter has no comments (line 1, column 1) (at /rules/0)\n  x\n  ^"
    assert problem.describe("fa").plain == "در فیلتر نمی‌توان توضیح نوشت (در /rules/0)\n  x\n  ^"


def test_the_code_is_the_first_part_of_the_key() -> None:
    problem = next(errors("EndDate = 2021-01-30", UserServiceBase))
    assert (problem.code, problem.key, problem.params) == ("bare-word", "bare-word.date", {})
    problem = next(errors("Username != 'ali'"))
    assert (problem.code, problem.key, problem.params) == ("operator", "operator", {"found": "!="})


def test_another_language_is_refused() -> None:
    with pytest.raises(ParameterError):
        Problem(Message("comment"), Span(0, 1)).describe("de")


def test_plain_has_no_isolates_not_even_around_the_words_of_an_excerpt() -> None:
    problem = next(errors("Family == 'نیک\u200cپور'"))
    assert str(problem).count("\u2068") == str(problem).count("\u2069") == 1
    for language in LANGUAGES:
        plain = problem.describe(language).plain
        assert "  Family == 'نیک\u200cپور'\n" in plain
        assert not {"\u2068", "\u2069"} & set(plain)
