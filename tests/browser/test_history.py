"""The filters that were searched for: kept only if the page says whose they are, shown only while they are filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browser.filter_box import FilterBox
from browser.panel import Panel

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., FilterBox]


@pytest.fixture
def searched(box: Opened, page: Page, panel: Panel) -> Callable[..., FilterBox]:
    """Return a function that searches for filters and opens the page again."""

    def opened(*filters: str, attributes: str = 'history="ali"', then: str = "users") -> FilterBox:
        found = box(attributes)
        found.element.evaluate("(element) => element.addEventListener('search', (event) => event.preventDefault())")
        for text in filters:
            found.value = text
            found.press("Control+Enter")
            found.wait(500)
        return box(attributes, policy=then)

    return opened


def _recent(opened: FilterBox) -> list[str]:
    opened.inside("#recent").click()
    return opened.items()


def test_the_newest_first_and_each_once(searched: Opened) -> None:
    opened = searched("Name = 'a'", "Name = 'b'", "Name = 'a'")
    assert _recent(opened) == ["Name = 'a'", "Name = 'b'"]


def test_one_of_them_is_taken_whole(searched: Opened) -> None:
    opened = searched("Name = 'a'")
    opened.type("User")
    opened.press("Escape")
    _recent(opened)
    opened.press("ArrowDown", "Enter")
    assert opened.value == "Name = 'a'"
    assert opened.text_with_caret == "Name = 'a'|"


def test_they_have_a_section_of_their_own_in_an_empty_box(searched: Opened) -> None:
    opened = searched("Name = 'a'")
    opened.press("Control+Space")
    assert opened.items()[-1] == "Name = 'a'"
    assert opened.list.locator("completion-section").inner_text() == "Recent filters"


def test_what_is_no_filter_is_not_kept(searched: Opened) -> None:
    opened = searched("Name = ", "Nmae = 'a'", "")
    assert opened.inside("#recent").is_hidden()


def test_what_is_no_filter_any_more_is_not_shown(searched: Opened) -> None:
    opened = searched("Family = 'secret'", "Username = 'a'", then="few")
    assert _recent(opened) == ["Username = 'a'"]


def test_nothing_is_kept_unless_the_page_says_whose_it_is(searched: Opened, page: Page) -> None:
    opened = searched("Name = 'a'", attributes="")
    assert opened.inside("#recent").is_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_another_key_has_other_filters(searched: Opened, box: Opened) -> None:
    searched("Name = 'a'")
    assert box('history="reza"').inside("#recent").is_hidden()


def test_they_can_be_forgotten(searched: Opened) -> None:
    opened = searched("Name = 'a'")
    opened.element.evaluate("(element) => element.clearHistory()")
    assert opened.inside("#recent").is_hidden()


def test_twenty_at_most(searched: Opened, page: Page) -> None:
    opened = searched()
    filters = [f"User_Id = {number}" for number in range(30)]
    page.evaluate("(filters) => localStorage.setItem('deltasib-filter:ali', JSON.stringify(filters))", filters)
    opened.page.reload()
    assert _recent(FilterBox(page)) == filters[:20]


@pytest.mark.parametrize("stored", ["", "{", "5", '[1, null, {"a": 1}]', '"x"'])
def test_what_another_program_has_stored_there_is_ignored(searched: Opened, page: Page, stored: str) -> None:
    opened = searched()
    page.evaluate("(stored) => localStorage.setItem('deltasib-filter:ali', stored)", stored)
    opened.page.reload()
    assert FilterBox(page).inside("#recent").is_hidden()
