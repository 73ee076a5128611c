"""Two elements on one page, for two users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser.filter_box import FilterBox
from browser.panel import Panel

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_they_share_nothing(page: Page, panel: Panel) -> None:
    page.goto(
        panel.put(
            '<deltasib-filter id="a" src="/users" history="a"></deltasib-filter>'
            '<deltasib-filter id="b" src="/few" lang="fa" history="b"></deltasib-filter>'
        )
    )
    all_fields, few_fields = FilterBox(page, "#a"), FilterBox(page, "#b")
    all_fields.focus()
    all_fields.type("Family = 'x'")
    assert all_fields.explained() == "Family name is “x”"
    few_fields.focus()
    few_fields.type("Fa")
    assert few_fields.has_no_list()
    few_fields.type("mily = 'x' ")
    few_fields.inside(".problem.error").wait_for()
    assert few_fields.explanation_is_empty()
    few_fields.press("Control+a", "Backspace", "Control+Space")
    assert few_fields.items() == ["Username", "("]
    assert all_fields.list.count() == 0
    assert (all_fields.value, few_fields.value) == ("Family = 'x'", "")
    assert all_fields.problems() == []
    assert all_fields.inside("#page").get_attribute("dir") == "ltr"
    assert few_fields.inside("#page").get_attribute("dir") == "rtl"


def test_one_that_a_script_adds(page: Page, panel: Panel) -> None:
    page.goto(panel.put('<deltasib-filter id="a" src="/users"></deltasib-filter>'))
    page.evaluate(
        """() => {
            const added = document.createElement("deltasib-filter");
            added.id = "b";
            added.value = "Username = 'x'";
            added.setAttribute("src", "/few");
            document.querySelector("main").append(added);
        }"""
    )
    assert FilterBox(page, "#b").explained() == "Username is “x”"
