"""Persian text in a box that is written from left to right: arrows, composition, signs between two texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browser.filter_box import FilterBox
from browser.order import out_of_order

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., FilterBox]
LANGUAGES = pytest.mark.parametrize("language", ["en", "fa"])


@LANGUAGES
class TestTheText:
    def test_it_runs_from_left_to_right_with_its_texts_isolated(self, box: Opened, language: str) -> None:
        opened = box(language=language)
        opened.value = "Name = 'علی' or Name = 'رضا"
        first, second = opened.content.locator(".isolate").all()
        assert (first.inner_text(), second.inner_text()) == ("علی", "رضا")
        assert opened.content.evaluate("(content) => getComputedStyle(content).direction") == "ltr"
        assert first.evaluate("(literal) => getComputedStyle(literal).unicodeBidi") == "isolate"
        left, right = first.bounding_box(), second.bounding_box()
        assert left and right and left["x"] + left["width"] < right["x"]

    @pytest.mark.parametrize(
        "text",
        [
            "Name = 'علی' and Family = 'رضایی'",
            "Name = «علی» و Family = «رضایی»",
            'Name = “علی” و Family = "رضایی"',
            "Name = علی رضایی و (Family = کریمی یا User_Id > ۵)",
            "نام = 'علی'، خانوادگی = رضایی",
            "User_Id = ٥ - ٦ و Name = 'علی''رضا",
            "Name = 'علی and Family = 'رضا ۵' and User_Id > 5",
            "Name = 'کوی\\ ۵' or Username like '۱۲ متری%'",
            "Name = \u202eعلی and Family =\u200f (5 < 6)",
        ],
    )
    def test_whatever_its_quotes_are_it_runs_from_left_to_right(self, box: Opened, language: str, text: str) -> None:
        opened = box('assist="off"', language=language)
        opened.value = text
        assert out_of_order(opened.content.locator(".cm-line")) == []

    def test_the_arrow_goes_through_texts_in_other_quotes(self, box: Opened, language: str) -> None:
        opened = box('assist="off"', language=language)
        text = "Name = «علی» و Id = رضا یا x"
        opened.value = text
        opened.press("Home")
        visited = [opened.caret]
        while visited[-1] != len(text) and len(visited) < 60:
            opened.press("ArrowRight")
            visited.append(opened.caret)
        assert sorted(visited) == [*range(len(text) + 1)]

    def test_the_arrow_visits_every_letter_once_and_ends_at_the_end(self, box: Opened, language: str) -> None:
        opened = box(language=language)
        text = "Name = 'علی‌رضا' or Name = 'رضا'"
        opened.value = text
        opened.press("Home")
        assert opened.caret == 0
        visited = [0]
        while visited[-1] != len(text) and len(visited) < 50:
            opened.press("ArrowRight")
            visited.append(opened.caret)
        joiner = text.index("\u200c")  # which is one letter with the one before it
        assert sorted(visited) == [place for place in range(len(text) + 1) if place != joiner]
        opened.press("Home")
        assert opened.caret == 0
        opened.press("End")
        assert opened.text_with_caret == f"{text}|"

    def test_behind_a_text_the_caret_stands_at_its_right(self, box: Opened, language: str) -> None:
        opened = box(language=language)
        opened.type("Name = 'علی'")
        quote = opened.content.locator(".token-string").last.bounding_box()
        assert quote and abs(opened.caret_at - quote["x"] - quote["width"]) < 2
        opened.press("Home")
        opened.page.mouse.click(quote["x"] + 300, quote["y"] + 5)
        assert opened.text_with_caret == "Name = 'علی'|"

    def test_the_end_of_an_open_text_is_its_end(self, box: Opened, language: str) -> None:
        opened = box(language=language)
        opened.type("Name = 'علی")
        opened.press("Home", "End")
        assert opened.text_with_caret == "Name = 'علی|"

    def test_the_joiner_can_be_typed(self, box: Opened, language: str) -> None:
        opened = box(language=language)
        opened.type("Name = 'می")
        opened.page.keyboard.insert_text("\u200c")
        opened.type("رود'")
        assert opened.value == "Name = 'می‌رود'"


@LANGUAGES
def test_the_list_and_the_notes_follow_the_language_and_signs_are_not_mirrored(box: Opened, language: str) -> None:
    opened = box(language=language)
    direction = "rtl" if language == "fa" else "ltr"
    opened.type("User_Id ")
    assert "<=" in opened.items()
    assert opened.list.evaluate("(list) => getComputedStyle(list).direction") == direction
    label = opened.list.locator(".cm-completionLabel").get_by_text("<=", exact=True)
    assert label.evaluate("(label) => getComputedStyle(label).unicodeBidi") == "plaintext"
    assert opened.inside("#problems").evaluate("(list) => getComputedStyle(list).direction") == direction


@LANGUAGES
def test_a_fix_its_preview_and_a_recent_filter_run_from_left_to_right(box: Opened, language: str) -> None:
    fixed = "(Name = 'علی' or Name = 'رضا')"
    opened = box('history="user"', language=language)
    opened.element.evaluate("(element) => element.addEventListener('search', (event) => event.preventDefault())")
    opened.value = "Name in ('علی', 'رضا')"
    opened.fixes.first.focus()
    assert out_of_order(opened.fixes.locator("code")) == []
    assert out_of_order(opened.content.locator(".preview-inserted")) == []
    opened.fixes.first.click()
    opened.explained()
    opened.press("Enter")
    opened.inside("#recent").click()
    (label,) = opened.items()
    assert re.sub("[\u2068\u2069]", "", label) == fixed
    assert out_of_order(opened.list.locator(".cm-completionLabel")) == []


class TestComposition:
    def test_enter_belongs_to_the_composition(self, box: Opened, page: Page) -> None:
        opened = box()
        session = page.context.new_cdp_session(page)
        session.send("Input.imeSetComposition", {"text": "na", "selectionStart": 2, "selectionEnd": 2})
        opened.press("Enter")
        assert opened.heard("search") == []

    def test_what_was_composed_is_typed(self, box: Opened, page: Page) -> None:
        opened = box()
        session = page.context.new_cdp_session(page)
        for text in ("n", "na", "nam"):
            session.send(
                "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
            )
        session.send("Input.insertText", {"text": "Name"})
        assert opened.value == "Name"
        assert "Name" in opened.items()
