"""Jalali days where the language wants Gregorian ones."""

from __future__ import annotations

from collections.abc import Callable

from browser.filter_box import FilterBox

Opened = Callable[..., FilterBox]


def test_a_jalali_day_is_offered_as_a_gregorian_one(box: Opened) -> None:
    opened = box(policy="bases")
    opened.type("StartDate = '1399/11/11'")
    opened.fixes.first.wait_for()
    opened.fixes.first.click()
    assert opened.value == "StartDate = '2021-01-30'"


def test_a_year_of_two_digits_is_not_guessed(box: Opened) -> None:
    opened = box(policy="bases")
    opened.type("StartDate = '99/11/11' ")
    opened.inside(".problem.error, .problem.warning").first.wait_for()
    assert opened.fixes.count() == 0


def test_under_the_pointer_is_the_jalali_day(box: Opened) -> None:
    opened = box(policy="bases", language="fa")
    opened.type("StartDate = '2021-01-30'")
    opened.content.locator(".token-string").nth(1).hover()
    assert opened.inside(".cm-tooltip .hover").inner_text() == "۱۱ بهمن ۱۳۹۹"


def test_what_names_no_day_has_none(box: Opened) -> None:
    opened = box(policy="bases")
    opened.type("StartDate = '2021-02-31'")
    opened.wait()
    opened.content.locator(".token-string").nth(1).hover()
    opened.wait()
    assert "Bahman" not in "".join(opened.inside(".cm-tooltip").all_inner_texts())
