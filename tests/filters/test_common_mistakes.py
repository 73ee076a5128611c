"""Mistakes that have a name: what is said of them, and what is offered."""

from __future__ import annotations

import pytest

from deltasib_query import FilterError, Span, User, check, parse
from deltasib_query.language.diagnosis.repairs import apply


@pytest.mark.parametrize(
    ("text", "code", "words", "mended"),
    [
        ("Username = PAH-BOC-420(2)", "bare-word", "a text must be in single quotes", "Username = 'PAH-BOC-420(2)'"),
        ("Username = a.b(x)c and User_Id = 5", "bare-word", "single quotes", "Username = 'a.b(x)c' and User_Id = 5"),
        ("Username = ali(2)", "function", "no functions, and a text must be in single quotes", None),
        ("User_Id = 1؛ User_Id = 2", "semicolon", "a filter has no ؛", None),
        ("User_Id in (1,2,)", "in", "`in` is not part", "(User_Id = 1 or User_Id = 2)"),
        ("User_Id = [1,2]", "in", "this is a list", "(User_Id = 1 or User_Id = 2)"),
        ("User_Id = (1,2) and Name = 'x'", "in", "this is a list", "(User_Id = 1 or User_Id = 2) and Name = 'x'"),
        ("User_Id <> {1، 2}", "in", "User_Id <> … and User_Id <> …", "(User_Id <> 1 and User_Id <> 2)"),
        ("not User_Id = [1,2]", "negation", "no `not`", "(User_Id <> 1 and User_Id <> 2)"),
        (r"Name like ('a\%%', 'b%')", "in", "this is a list", r"(Name like 'a\%%' or Name like 'b%')"),
        ("User_Id in 1, 2", "in", "`in` is not part", "(User_Id = 1 or User_Id = 2)"),
        ("User_Id not in 1، 2 or Name = 'x'", "in", "`not in` is not part",
         "(User_Id <> 1 and User_Id <> 2) or Name = 'x'"),
        ("User_Id in 1", "in", "`in` is not part", "User_Id = 1"),
        ("User_Id in (1，500)", "in", "`1，500` may be one number", "(User_Id = 1 or User_Id = 500)"),
        ("User_Id in (۱،۵۰۰)", "in", "`۱،۵۰۰` may be one number", "(User_Id = 1 or User_Id = 500)"),
        ("Username not between 1 and 2", "between", "write (Username < … or Username > …)",
         "(Username < '1' or Username > '2')"),
        ("User_Id > [1,2]", "bare-word", "single quotes", None),
        ("User_Id in ()", "in", "`in` is not part", None),
        ("User_Id = 1 or 2", "no-field", "starts with a field: write  User_Id = 2", "User_Id = 1 or User_Id = 2"),
        ("User_Id = 1 or 2 or ۳", "no-field", "User_Id = 2", "User_Id = 1 or User_Id = 2 or User_Id = 3"),
        ("(User_Id <> 1 and 2)", "no-field", "User_Id <> 2", "(User_Id <> 1 and User_Id <> 2)"),
        ("User_Id > = 1 or 2", "operator", "not an operator", "User_Id >= 1 or User_Id >= 2"),
        ("Name = 'a' or 'b'", "no-field", "Name = 'b'", "Name = 'a' or Name = 'b'"),
        ("Name like 'a%' or 'b%'", "no-field", "Name like 'b%'", "Name like 'a%' or Name like 'b%'"),
        ("Name = ali or reza", "bare-word", "single quotes", "Name = 'ali' or Name = 'reza'"),
        ("Name = علی یا رضا", "bare-word", "single quotes", "Name = 'علی' or Name = 'رضا'"),
        ("User_Id in (1, 2) or 3", "in", "`in` is", "(User_Id = 1 or User_Id = 2) or User_Id = 3"),
        ("1 < User_Id < 5", "reversed", "one operator", "(User_Id > 1 and User_Id < 5)"),
        ("10 >= User_Id >= 5 or Name = 'x'", "reversed", "one operator",
         "(User_Id <= 10 and User_Id >= 5) or Name = 'x'"),
        ("User_Id > 1 < 5", "unexpected", "one operator and one value", None),
        (r"Name like 'a!%' escape '!'", "sql-word", "one escape character, the backslash", None),
        ("Username%20%3D%20%27ali%27", "encoded", "percent-encoded", "Username = 'ali'"),
        ("Username+%3D+%27ali%27", "encoded", "percent-encoded", "Username = 'ali'"),
        ("Username%2520%253D%2520%2527ali%2527", "encoded", "percent-encoded", "Username = 'ali'"),
        ("Name%20=%20%27%D8%B9%D9%84%DB%8C%27", "encoded", "percent-encoded", "Name = 'علی'"),
        ("Name%20=%20%27%FF%27", "encoded", "percent-encoded", None),
        ("User_Id &gt; 5", "encoded", "HTML", "User_Id > 5"),
        ("User_Id &#62;= 5 &amp;&amp; Name = &#x27;ali&#x27;", "encoded", "HTML", "User_Id >= 5 && Name = 'ali'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_a_repair_offered(text: str, code: str, words: str, mended: str | None) -> None:
    problems = check(text, User)
    first = problems[0]
    assert first.code == code
    assert words in first.message
    repairs = [problem.repair for problem in problems if problem.repair is not None]
    assert (apply(text, repairs) if repairs else None) == mended
    assert not any(repair.certain for repair in repairs)
    with pytest.raises(FilterError):
        parse(text, User, repair=True)


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("User_Id = 5؛", "User_Id = 5"),
        ("Name = 'ali' ؛ ", "Name = 'ali'"),
        ("Name = علی؛", "Name = 'علی'"),
        ("User_Id = 5；", "User_Id = 5"),
        ("User_Id in (1， 2)", "(User_Id = 1 or User_Id = 2)"),
        ("User_Id = 1，500", "User_Id = 1500"),
        ("User_Id in [1, 2]", "(User_Id = 1 or User_Id = 2)"),
        ("User_Id not in {۱، ۲}", "User_Id <> 1 and User_Id <> 2"),
        ("Name in [ali, 'reza']", "(Name = 'ali' or Name = 'reza')"),
        (r"Name like 'a\%%' ESCAPE '\'", r"Name like 'a\%%'"),
        (r"Name like 'a\%%' escape '\\' and User_Id = 5", r"Name like 'a\%%' and User_Id = 5"),
    ],
)
def test_a_mistake_with_one_reading_is_repaired(text: str, repaired: str) -> None:
    assert str(parse(text, User, repair=True)) == repaired


@pytest.mark.parametrize("text", ["Name = 'a%20b'", "Name = 'a &lt; b'", "Address = '100% &amp; more'"])
def test_what_looks_encoded_in_quotes_is_a_text(text: str) -> None:
    assert "encoded" not in {problem.code for problem in check(text, User)}


@pytest.mark.parametrize("text", ["User_Id >= 100 and user", "Name = 'ali' or (fam", "Name = 'ali' or FAMILY"])
def test_the_first_letters_of_a_field_at_the_end_are_a_field_that_is_being_typed(text: str) -> None:
    problem = check(text, User)[0]
    assert (problem.code, problem.span) == ("unexpected-end", Span(len(text), len(text)))


@pytest.mark.parametrize("text", ["Username = 'x' or 1=1", "5", "or 5", "User_Id between 1 and 2 or 3"])
def test_a_value_alone_that_continues_no_comparison_has_no_repair(text: str) -> None:
    assert all(problem.repair is None for problem in check(text, User) if problem.code == "no-field")
