"""`errors`: what a code means, with an example, on the command line as in the documentation."""

from __future__ import annotations

import pytest

from deltasib_query.cli.problem_codes import problem_codes

from .conftest import Run


def test_a_code_of_typed_filters(run: Run) -> None:
    done = run("errors", "connective")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "error connective: conditions are joined by a sign, such as `&&` or `||`, instead of `and` or `or`",
        "for example, in a filter of user:",
        "`&&` is not part of the language (line 1, column 13)",
        "  User_Id > 1 && User_Id < 5",
        "              ^^",
        "possible here: and, or, the end of the filter",
        "repair: write  and",
    ]


def test_what_an_example_says_is_said_in_persian(run: Run) -> None:
    out = run("errors", "connective", "--language", "fa").out.splitlines()
    assert run("errors", "reversed", "--language", "fa").out.startswith("خطا reversed: مقدار قبل از فیلد آمده است\n")
    assert run("errors", "--language", "fa").out.startswith("خطا      empty                    شرطی نیست")
    assert (out[1], out[2], out[-1]) == ("برای نمونه، در فیلتر user:", "&& در فیلتر معنایی ندارد", "بنویسید and")


def test_a_code_of_filters_that_are_built(run: Run) -> None:
    assert run("errors", "wrong-type").out.splitlines() == [
        "error wrong-type: (built filters, rules, forms) the value has a type that cannot stand there",
        'for example: User.User_Id == "5"',
    ]


def test_a_code_of_an_error_and_of_a_warning(run: Run) -> None:
    heads = [line.partition(":")[0] for line in run("errors", "Jalali-Date").out.splitlines()]
    assert [head for head in heads if head.endswith("jalali-date")] == ["error jalali-date", "warning jalali-date"]


@pytest.mark.parametrize("name", ["-5", "InvalidDataError", "invaliddataerror"])
def test_an_error_of_the_service(run: Run, name: str) -> None:
    out = run("errors", name).out
    assert out.startswith("InvalidDataError: ErrorCode -5, Invalid Data [guide].\n\nRead `description`: perhaps an id")


def test_all_codes(run: Run) -> None:
    done = run("errors")
    assert [line.split()[:2] for line in done.out.splitlines()] == [
        [each.severity, each.code] for each in problem_codes()
    ]


@pytest.mark.parametrize("name", ["nix", "-7", "--nix", "Exception", "SERVICE_ERRORS"])
def test_a_code_that_is_none(run: Run, name: str) -> None:
    done = run("errors", name)
    assert (done.status, done.out) == (2, "")
    assert f"there is no code '{name}'" in done.err
