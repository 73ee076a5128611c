"""What the keys do: nothing is chosen before somebody chooses it, and the text that is sent is the one in the box."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from browser.filter_box import FilterBox
from browser.held_answers import HeldAnswers

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., FilterBox]
Held = Callable[[str], HeldAnswers]


class TestEnter:
    def test_searches_for_the_text_in_the_box_although_a_list_is_open(self, box: Opened) -> None:
        opened = box()
        opened.element.evaluate("(element) => element.addEventListener('search', (event) => event.preventDefault())")
        opened.type("Name = 'x' a")
        opened.items()
        opened.press("Enter")
        assert opened.heard("search") == [{"value": "Name = 'x' a"}]
        assert opened.value == "Name = 'x' a"

    def test_takes_what_the_arrows_have_chosen(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.items()
        opened.press("ArrowDown", "Enter")
        assert opened.value == "User_Id "
        assert opened.heard("search") == []

    def test_sends_the_form_with_the_last_key_in_it(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("Name = 'x'", delay=0)
        with page.expect_navigation():
            opened.press("Enter")
        assert page.url.endswith("/submitted?filter=Name+%3D+%27x%27")

    def test_does_nothing_while_a_list_is_on_its_way(self, box: Opened, held: Held) -> None:
        opened, answers = box(), held("complete")
        opened.type("us")
        question = answers.about("us")
        opened.press("Enter")
        assert opened.heard("search") == []
        question.continue_()
        assert opened.items() == ["User_Id", "Username"]
        assert opened.value == "us"

    def test_makes_no_new_line(self, box: Opened) -> None:
        opened = box()
        opened.element.evaluate("(element) => element.addEventListener('search', (event) => event.preventDefault())")
        opened.type("Name = 'x'")
        opened.press("Enter", "Shift+Enter", "Control+Enter")
        assert opened.value == "Name = 'x'"
        assert len(opened.heard("search")) == 2

    def test_with_control_searches_although_something_is_chosen(self, box: Opened) -> None:
        opened = box()
        opened.element.evaluate("(element) => element.addEventListener('search', (event) => event.preventDefault())")
        opened.type("us")
        opened.items()
        opened.press("ArrowDown", "Control+Enter")
        assert opened.heard("search") == [{"value": "us"}]
        assert opened.has_no_list()


class TestTab:
    def test_takes_the_first_item(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.items()
        opened.press("Tab")
        assert opened.value == "User_Id "

    def test_takes_what_the_arrows_have_chosen(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.items()
        opened.press("ArrowDown", "ArrowDown", "Tab")
        assert opened.value == "Username "

    def test_leaves_the_box_where_no_list_is_open(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("Name = 'x'")
        opened.wait()
        opened.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "button"
        opened.press("Shift+Tab")
        assert page.evaluate("document.activeElement.localName") == "deltasib-filter"


class TestOthers:
    def test_escape_closes_the_list_and_keeps_the_text(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.items()
        opened.press("Escape")
        assert opened.has_no_list()
        assert opened.value == "us"

    def test_the_arrows_go_round(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.items()
        opened.press("ArrowUp", "Tab")
        assert opened.value == "Username "

    def test_f8_goes_from_problem_to_problem(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae = 'x' and Familly = 'y' ")
        opened.wait()
        opened.press("F8")
        assert opened.text_with_caret.startswith("|Nmae")
        opened.wait()
        opened.press("F8")
        assert "|Familly" in opened.text_with_caret
        opened.wait()
        opened.press("Shift+F8")
        assert opened.text_with_caret.startswith("|Nmae")


def test_what_is_typed_over_a_selection_takes_its_place_without_its_colours(box: Opened) -> None:
    opened = box()
    opened.type("User_Id >= 1 or")
    opened.wait()
    opened.press("Home", "Control+Shift+ArrowRight", "Control+Shift+ArrowRight")
    opened.type("Na")
    assert opened.text_with_caret == "Na| 1 or"
    opened.press("Control+a")
    opened.type("Name = 'x'")
    assert opened.text_with_caret == "Name = 'x'|"
