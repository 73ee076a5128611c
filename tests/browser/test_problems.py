"""What is wrong: when it is said, how it looks, and the buttons that mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browser.filter_box import FilterBox

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., FilterBox]


class TestWhen:
    def test_what_is_still_being_typed_is_no_error(self, box: Opened) -> None:
        opened = box()
        for typed in (
            "Us",
            "Name ",
            "Name =",
            "Name = 'al",
            "(Name = 'x'",
            "Name = 'x' an",
            "Name = 'x' and",
            "Name !",
        ):
            opened.press("Control+a", "Backspace")
            opened.type(typed)
            opened.inside(".problem.hint").first.wait_for()
            assert opened.asked("check")[-1] == typed
            assert opened.marked() == opened.problems() == []

    def test_no_filter_is_red_on_its_way(self, box: Opened) -> None:
        opened = box()
        red = opened.element.evaluate_handle(
            """({ shadowRoot }) => {
                const red = [];
                new MutationObserver(() => red.push(...shadowRoot.querySelectorAll(".problem-error, .problem.error")))
                    .observe(shadowRoot, { subtree: true, childList: true, attributes: true });
                return red;
            }"""
        )
        opened.type("(Name like 'O''R%' or User_Id<=1)", delay=360)
        opened.wait()
        assert red.evaluate("(red) => red.length") == 0
        assert len(opened.asked("check")) > 20  # nearly every key was followed by a check

    def test_an_unfinished_text_is_a_hint_and_after_a_rest_an_error(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = ")
        opened.inside(".problem.hint").wait_for()
        assert opened.problems() == []
        opened.wait(2000)
        assert opened.problems("hint") == []
        assert len(opened.problems()) == 1
        assert len(opened.marked()) == 1

    def test_an_unfinished_text_is_an_error_for_who_leaves(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = ")
        opened.inside(".problem.hint").wait_for()
        opened.press("Escape", "Tab")
        opened.inside(".problem.error").wait_for(timeout=1000)

    def test_an_unfinished_text_is_an_error_for_who_searches(self, box: Opened) -> None:
        opened = box()
        opened.type("Name =")
        opened.inside(".problem.hint").wait_for()
        opened.press("Enter")
        opened.inside(".problem.error").wait_for(timeout=1000)

    def test_another_error_is_said_at_once(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae = 'x' ")
        opened.inside(".problem.error").wait_for(timeout=1500)
        assert opened.marked() == ["Nmae"]

    def test_advice_waits_for_a_rest(self, box: Opened) -> None:
        opened = box()
        opened.type("Name like 'ali' ")
        opened.wait()
        assert opened.problems("warning") == []
        opened.inside(".problem.warning").wait_for(timeout=2500)
        assert opened.problems() == []

    def test_a_mark_moves_with_its_text(self, box: Opened) -> None:
        opened = box()
        opened.type("User_Id = 1 or Nmae = 'x' ")
        opened.inside(".problem.error").wait_for()
        opened.press("Home")
        opened.type("Name = 'y' or ", delay=0)
        assert opened.marked() == ["Nmae"]

    def test_a_mark_goes_with_the_first_key_in_its_text(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae = 'x' ")
        opened.inside(".problem.error").wait_for()
        opened.press("Home", "Delete")
        assert opened.marked() == []
        assert opened.problems() == []

    def test_an_empty_box_has_none(self, box: Opened) -> None:
        opened = box()
        opened.type("Name")
        opened.press(*["Backspace"] * 4)
        opened.leave()
        opened.wait()
        assert opened.problems() == opened.problems("hint") == []


class TestWhere:
    def test_the_sentence_stands_below_the_box_in_the_language_of_the_page(self, box: Opened) -> None:
        opened = box(language="fa")
        opened.type("Name = 'x' && Family = 'y' ")
        opened.inside(".problem.error").wait_for()
        (sentence,) = opened.problems()
        assert "&&" in sentence
        assert any("آ" <= letter <= "ی" for letter in sentence)

    def test_it_is_said_at_the_text_too(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae = 'x' ")
        opened.inside(".problem.error").wait_for()
        opened.content.locator(".problem-error").hover()
        opened.inside(".cm-tooltip .hover").wait_for()
        assert opened.inside(".cm-tooltip .hover").inner_text() == opened.problems()[0]


class TestFixes:
    def test_a_button_shows_what_it_writes_and_mends(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = 'x' && Family = 'y' ")
        opened.fixes.first.wait_for()
        assert opened.fixes.all_inner_texts() == ["Write and"]
        opened.fixes.first.click()
        assert opened.value == "Name = 'x' and Family = 'y' "
        assert opened.problems() == []
        assert opened.text_with_caret == "Name = 'x' and Family = 'y' |"

    def test_an_uncertain_one_says_so(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = 'علي'")  # with an Arabic letter, which may be in the data
        opened.fixes.first.wait_for()
        assert opened.fixes.all_inner_texts() == ["Perhaps 'علی'"]

    def test_one_step_back(self, box: Opened) -> None:
        opened = box()
        opened.type("Name == 'x' ")
        opened.fixes.first.click()
        assert opened.value == "Name = 'x' "
        opened.press("Control+z")
        assert opened.value == "Name == 'x' "

    @pytest.mark.parametrize("key", ["Alt+Enter", "Control+."])
    def test_a_key_makes_the_fix_at_the_caret(self, box: Opened, key: str) -> None:
        opened = box()
        opened.type("Name == 'x' and Familly = 'y' ")
        opened.inside(".problem.error").first.wait_for()
        opened.press("F8", "F8", key)
        assert opened.value == "Name == 'x' and Family = 'y' "

    def test_focus_shows_what_would_be_written(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae = 'x' ")
        opened.fixes.first.wait_for()
        opened.press("Tab")
        assert opened.content.locator(".preview-inserted").inner_text() == "Name"
        assert opened.content.locator(".preview-removed").inner_text() == "Nmae"
        opened.press("Shift+Tab")
        assert opened.content.locator(".preview-inserted").count() == 0
        assert opened.value == "Nmae = 'x' "

    def test_all_at_once_and_one_step_back(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae == 'x' && Family = 'y' ")
        opened.inside(".all button").click()
        assert opened.value == "Name = 'x' and Family = 'y' "
        assert opened.problems() == []
        opened.press("Control+z")
        assert opened.value == "Nmae == 'x' && Family = 'y' "

    def test_all_at_once_only_where_a_filter_comes_of_it(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae == 'x' && Zzz = 'y' ")
        opened.fixes.first.wait_for()
        assert opened.inside(".all").count() == 0

    def test_a_text_that_has_changed_since_is_checked_first(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("User_Id = 1 or Nmae = 'x' ")
        opened.fixes.first.wait_for()
        # Both happen before the text is checked again.
        opened.element.evaluate(
            """(element) => {
                element.value = "Name = 'a' or " + element.value;
                element.shadowRoot.querySelector(".fix").click();
            }"""
        )
        opened.wait()
        assert opened.value == "Name = 'a' or User_Id = 1 or Nmae = 'x' "
        opened.fixes.first.click()
        assert opened.value == "Name = 'a' or User_Id = 1 or Name = 'x' "
