"""What `check` says of a right filter that no row fulfils, or of which a part changes nothing."""

from __future__ import annotations

import pytest

from deltasib_query import OnlineRadiusUser, Policy, Span, User, UserServiceBase, check, parse


def found(text: str) -> list[tuple[str, str]]:
    """Return the codes of the problems of a text, and the places that they mark."""
    return [(problem.code, text[slice(*problem.span)]) for problem in check(text, User)]


def test_comparisons_that_no_row_fulfils_are_named() -> None:
    (problem,) = check("User_Id < 5 and User_Id > 9", User)
    assert problem.message == "no row has `User_Id < 5` and `User_Id > 9`"
    assert (problem.code, problem.severity, problem.span, problem.repair) == ("never", "warning", Span(0, 27), None)
    assert problem.excerpt.endswith("^" * 27)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("User_Id = 1 and Name = 'x' and User_Id = 2", [("never", "User_Id = 1 and Name = 'x' and User_Id = 2")]),
        ("User_Id > 1 and User_Id < 5 and User_Id > 9", [("never", "User_Id < 5 and User_Id > 9")]),
        ("Name = 'x' or (User_Id = 1 and User_Id = 2)", [("never", "User_Id = 1 and User_Id = 2")]),
        ("User_Id > 5 and User_Id > 3", [("redundant", "User_Id > 3")]),
        ("Name = 'x' and Name = 'x' and Name = 'x'", [("redundant", "Name = 'x'"), ("redundant", "Name = 'x'")]),
        ("Name = 'x' or (Name = 'x' and Family = 'y' and Family = 'y')",
         [("redundant", "Name = 'x' and Family = 'y' and Family = 'y'")]),
        ("User_Id < 5 or User_Id >= 5", [("redundant", "User_Id < 5 or User_Id >= 5")]),
        ("Name = 'x' and (User_Id < 5 or User_Id >= 5)", [("redundant", "User_Id < 5 or User_Id >= 5")]),
        ("Name = 'x' and Family = 'x'", []),
    ],
)  # fmt: skip
def test_places(text: str, problems: list[tuple[str, str]]) -> None:
    assert found(text) == problems


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("User_Id > 5 and User_Id > 3", "User_Id > 5"),
        ("User_Id > 3 and User_Id > 5", "User_Id > 5"),
        ("Name = 'x' and User_Id > 5 and User_Id > 3 and Family = 'y'", "Name = 'x' and User_Id > 5 and Family = 'y'"),
        ("Name = 'x' and ( ( User_Id > 3 ) ) and User_Id > 5", "Name = 'x' and User_Id > 5"),
        ("User_Id > 5 and (User_Id > 3 and Name = 'x')", "User_Id > 5 and (Name = 'x')"),
        ("(Name = 'x' and User_Id > 3) and User_Id > 5", "(Name = 'x') and User_Id > 5"),
        ("Name = 'x' or (Name = 'x' and Family = 'y')", "Name = 'x'"),
        ("Name = 'a (b' and (Family = ')' and Name = 'a (b')", "Name = 'a (b' and (Family = ')')"),
    ],
)
def test_what_changes_nothing_can_be_removed(text: str, repaired: str) -> None:
    (problem,) = check(text, User)
    assert problem.repair is not None
    assert problem.repair.apply(text) == repaired
    assert problem.repair.certain is False
    assert parse(repaired, User).implies(parse(text, User)) and parse(text, User).implies(parse(repaired, User))


def test_nothing_of_it_is_repaired_unasked() -> None:
    assert str(parse("Name == 'x' and Name = 'x'", User, repair=True)) == "Name = 'x' and Name = 'x'"


def test_a_message_names_five_comparisons_at_most_and_shows_no_control() -> None:
    (problem,) = check("User_Id > 1 and User_Id < 7 " + " ".join(f"and User_Id <> {n}" for n in range(2, 7)), User)
    assert problem.message.count("User_Id") == 5 and problem.message.endswith(" and …")
    (problem,) = check("Name = 'x\u202e' and Name <> 'x\u202e'", User)
    assert "\u202e" not in problem.message


def test_a_text_with_errors_is_not_examined() -> None:
    assert [problem.code for problem in check("User_Id > 5 and User_Id > 3 and Nam = 'x'", User)] == ["unknown-field"]


def test_the_warnings_stand_in_the_order_of_the_text() -> None:
    text = "EndDate < '2021-01-30' and EndDate < '2021-02-01'"
    problems = check(text, UserServiceBase)
    assert [problem.code for problem in problems] == ["zero-dates", "redundant", "zero-dates"]


def test_a_policy_warns_of_what_was_typed_and_never_by_its_scope() -> None:
    policy = Policy(User, scope=User.User_Id < 100, fields=[User.User_Id, User.Name])
    assert policy.check("User_Id > 200") == []
    assert policy.check("User_Id < 200") == []
    assert [problem.code for problem in policy.check("User_Id < 5 and User_Id > 9")] == ["never"]
    assert [problem.code for problem in policy.check("Family = 'x' and Family = 'x'")] == ["unknown-field"] * 2


def test_a_policy_knows_whole_numbers_and_the_key() -> None:
    policy = Policy(OnlineRadiusUser, scope="all rows")
    assert [problem.code for problem in policy.check("Nas_Id > 5 and Nas_Id < 6")] == ["never"]
    text = "Online_RadiusUser_Id < 5 or Online_RadiusUser_Id >= 5"
    assert [problem.message for problem in policy.check(text)] == ["every row fulfils this filter"]


def test_500_comparisons_are_examined_in_one_go() -> None:
    text = " or ".join(f"Name = 'user{n}'" for n in range(400))
    assert check(text, User) == []
    doubled = " or ".join(f"User_Id = {n % 100}" for n in range(500))
    problems = check(doubled, User)
    assert len(problems) == 100 and problems[-1].code == "more-problems"
