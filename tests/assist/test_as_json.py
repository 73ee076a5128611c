"""What an editor in a browser gets, as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import (
    Explanation,
    FilterError,
    Limits,
    ParameterError,
    Policy,
    Problem,
    Repair,
    Span,
    User,
    UserPayment,
    as_json,
    check,
    complete,
    explain,
    parse,
)
from deltasib_query.messages.message import LANGUAGES, Message
from strategies import damaged, random_texts


def test_a_problem_has_its_place_its_words_and_the_edit() -> None:
    text = "Username = 'ali' && Name = 'x'"
    assert as_json(check(text, User), text) == {
        "text": 30,
        "canonical": None,
        "problems": [
            {
                "from": 17,
                "to": 19,
                "severity": "error",
                "code": "connective",
                "key": "connective",
                "params": {"found": "&&"},
                "message": "`&&` is not part of the language",
                "said": [{"code": "&&"}, " is not part of the language"],
                "unfinished": False,
                "fixes": [{"from": 17, "to": 19, "insert": "and", "sure": True, "label": "write  and"}],
            }
        ],
        "fixed": "Username = 'ali' and Name = 'x'",
    }


def test_words_are_of_the_language_and_the_message_is_english() -> None:
    text = "Username = 'ali' && Name = 'x'"
    problems = check(text, User)
    [problem] = as_json(problems, text, language="fa")["problems"]
    assert problem["message"] == "`&&` is not part of the language"
    assert (
        "".join(part["code"] if isinstance(part, dict) else part for part in problem["said"])
        == problems[0].said("fa").plain
    )
    assert problem["fixes"][0]["label"] == str(problems[0].repair.label.said("fa"))  # type: ignore[union-attr]
    assert problem["fixes"][0]["label"] != "write  and"


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(ParameterError):
        as_json(check("User_Id == 5", User), "User_Id == 5", language="de")


def test_places_are_counted_in_utf_16_units() -> None:
    text = "Name = '😀' && Name = '😀😀' &&"
    found = as_json(check(text, User), text)
    places = [(each["from"], each["to"]) for each in found["problems"] if each["code"] == "connective"]
    assert found["text"] == 31
    assert places == [(12, 14), (29, 31)]
    assert [fix["from"] for each in found["problems"] for fix in each["fixes"]][:2] == [12, 29]


def test_a_completion_is_counted_in_utf_16_units() -> None:
    text = "Name = '😀' and Name like '😀"
    found = as_json(complete(text, len(text), User), text)
    assert (found["text"], found["from"], found["to"], found["more"]) == (29, 26, 29, False)
    assert found["items"][0] == {
        "label": "'😀%'",
        "insert": "'😀%'",
        "caret": 5,
        "kind": "pattern",
        "detail": "starts with",
        "documentation": "",
        "finds": [],
        "again": False,
    }


def test_the_caret_of_an_item_is_counted_from_its_start() -> None:
    [item] = as_json(complete("Name = 😀", 8, User), "Name = 😀")["items"]
    assert (item["insert"], item["caret"]) == ("'😀'", 3)


def test_an_item_of_a_field_says_what_finds_it_and_that_more_follows() -> None:
    found = as_json(complete("user", 4, User, language="fa"), "user")
    assert found["items"][1] == {
        "label": "Username",
        "insert": "Username ",
        "caret": 9,
        "kind": "field",
        "detail": "نام کاربری",
        "documentation": "",
        "finds": ["Username", "نام کاربری"],
        "again": True,
    }


def test_an_explanation_is_a_tree() -> None:
    text = "Name = '😀' and (User_Id = 5 or Name like 'x%')"
    found = as_json(explain(text, User), text)
    assert found == {
        "language": "en",
        "text": "All of these:\n- Name is “😀”\n- Any of these:\n  - User id is 5\n  - Name starts with “x”",
        "clauses": {
            "kind": "all",
            "from": 0,
            "to": 47,
            "said": ["All of these:"],
            "children": [
                {
                    "kind": "comparison",
                    "from": 0,
                    "to": 11,
                    "said": ["Name", " is ", "“", {"code": "😀"}, "”"],
                    "children": [],
                },
                {
                    "kind": "any",
                    "from": 17,
                    "to": 46,
                    "said": ["Any of these:"],
                    "children": [
                        {
                            "kind": "comparison",
                            "from": 17,
                            "to": 28,
                            "said": ["User id", " is ", {"code": "5"}],
                            "children": [],
                        },
                        {
                            "kind": "comparison",
                            "from": 32,
                            "to": 46,
                            "said": ["Name", " starts with ", "“", {"code": "x"}, "”"],
                            "children": [],
                        },
                    ],
                },
            ],
        },
    }


def test_a_filter_made_in_code_has_no_places() -> None:
    clauses = as_json(explain(User.User_Id == 5, language="fa"), "")["clauses"]
    assert (clauses["from"], clauses["to"], clauses["children"]) == (None, None, [])


def nested(depth: int) -> Explanation:
    text = "User_Id = 1 and (Name = 'x' or (" * depth + "User_Id = 5" + "))" * depth
    return explain(parse(text, User, limits=None))


def test_an_explanation_that_no_page_could_show_has_no_tree() -> None:
    found = as_json(nested(2000), "")
    assert found["clauses"] is None
    assert found["text"].startswith("All of these:")
    assert json.dumps(as_json(nested(50), ""))


def test_what_is_unfinished_depends_on_the_caret() -> None:
    text = "Usernme = 'x' and "
    problems = check(text, User)
    for caret, unfinished in [(None, [False, False]), (18, [False, True]), (3, [True, True])]:
        assert [each["unfinished"] for each in as_json(problems, text, caret=caret)["problems"]] == unfinished


def test_messages_within_a_message_keep_their_keys() -> None:
    inner = Message("out-of-range", field="User_Id", lowest=0, highest=9)
    reason = Message("unexpected-end", needed=inner, several=(inner, "a", (1, "b")))
    [problem] = as_json([Problem(reason, Span(0, 0))], "")["problems"]
    expected = {"key": "out-of-range", "params": {"field": "User_Id", "lowest": 0, "highest": 9}}
    assert problem["params"] == {"needed": expected, "several": [expected, "a", [1, "b"]]}


def test_a_right_text_has_its_canonical_form() -> None:
    text = "username='ali'  AND user_id>=100"
    found = as_json(check(text, User), text, filter=parse(text, User))
    assert found["canonical"] == "Username = 'ali' and User_Id >= 100"
    assert found["fixed"] is None


def test_the_canonical_form_of_an_admitted_filter_is_what_was_typed() -> None:
    policy = Policy(User, scope=User.User_Id == 7)
    text = "Name = 'x' or Name='y'"
    found = as_json(policy.check(text), text, filter=policy.admit(text))
    assert found["canonical"] == "(Name = 'x' or Name = 'y')"


def test_many_problems_have_no_fixed_text() -> None:
    text = " and ".join(["User_Id != 1"] * 150)
    assert as_json(check(text, User), text)["fixed"] is None


TYPED = random_texts() | damaged().map(lambda found: found[0])


@given(TYPED, st.sampled_from([User, UserPayment]))
def test_fixed_is_what_repair_takes(text: str, record: Any) -> None:
    problems = check(text, record)
    fixed = as_json(problems, text)["fixed"]
    try:
        repaired = parse(text, record, repair=True)
    except FilterError:
        assert fixed is None
        return
    if any(problem.severity == "error" for problem in problems):
        assert fixed is not None
        assert parse(fixed, record) == repaired
    else:
        assert fixed is None


@given(TYPED | st.text(st.characters()), st.integers(0, 50), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_can_be_sent(text: str, caret: int, language: str) -> None:
    policy = Policy(User, scope="all rows", limits=Limits(comparisons=9, depth=3))
    sent = json.dumps(as_json(policy.check(text), text, language=language, caret=caret), allow_nan=False)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    found = json.loads(sent)
    assert found["text"] == units
    assert all(0 <= each["from"] <= each["to"] <= units for each in found["problems"])
    completed = as_json(complete(text, caret, policy, language=language), text)
    assert json.loads(json.dumps(completed)) == completed


def test_half_of_a_surrogate_pair_stays_what_it_is() -> None:
    text = "Name = '\ud83d' && Name = 'x'"
    sent = json.dumps(as_json(check(text, User), text))
    assert "\\ud83d" not in json.loads(sent)["problems"][0]["message"]
    assert json.loads(sent)["text"] == 24


def test_a_repair_of_a_warning_alone_does_not_fix() -> None:
    text = "Name = 'x' or Name = 'y' and User_Id = 5"
    found = as_json(check(text, User), text)
    assert [each["severity"] for each in found["problems"]] == ["warning"]
    assert found["fixed"] is None


def test_an_edit_is_given_though_it_is_not_sure() -> None:
    repair = Repair(Span(0, 1), "b", certain=False)
    found = as_json([Problem(Message("out-of-range", field="x", lowest=0, highest=1), Span(0, 1), repair=repair)], "a")
    assert found["problems"][0]["fixes"] == [{"from": 0, "to": 1, "insert": "b", "sure": False, "label": "write  b"}]
    assert found["fixed"] is None
