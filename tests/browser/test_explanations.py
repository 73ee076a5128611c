"""What a filter means, below the box."""

from __future__ import annotations

from collections.abc import Callable

from browser.filter_box import FilterBox

Opened = Callable[..., FilterBox]


def test_a_short_filter_is_a_sentence(box: Opened) -> None:
    opened = box()
    opened.value = "Username like 'ali%' and User_Id >= 100"
    assert opened.explained() == "Username starts with “ali” and User id is at least 100"


def test_in_persian(box: Opened) -> None:
    opened = box(language="fa")
    opened.value = "Username like 'علی%'"
    assert opened.explained() == "نام کاربری با «علی» شروع شود"
    assert opened.inside(".sentence").get_attribute("lang") == "fa"


def test_mixed_conditions_are_nested_lists(box: Opened) -> None:
    opened = box()
    opened.value = "Name = 'x' or User_Id = 5 and (Family = '' or Address = 'y')"
    assert opened.explained().split("\n") == [
        "Any of these:", "Name is “x”", "All of these:", "User id is 5", "Any of these:", "Family name is empty",
        "Address is “y”",
    ]  # fmt: skip
    assert opened.inside(".tree > li > ul > li > ul > li > ul > li").count() == 2


def test_it_is_dimmed_while_the_text_is_no_filter_and_goes_with_the_text(box: Opened) -> None:
    opened = box()
    opened.type("Name = 'x'")
    assert opened.explained() == "Name is “x”"
    opened.type(" and ")
    opened.wait()
    assert opened.meaning.get_attribute("class") == "outdated"
    assert "Name is “x”" in opened.meaning.inner_text()
    opened.press("Control+a", "Backspace")
    assert opened.meaning.inner_text() == ""


def test_nothing_is_said_of_the_scope(box: Opened) -> None:
    opened = box(policy="few")
    opened.value = "Username = 'x'"
    assert opened.explained() == "Username is “x”"


def test_a_deep_filter_does_not_end_the_page(box: Opened) -> None:
    opened = box()
    opened.value = "(" * 15 + "Name = 'x'" + " or User_Id = 5 and Name = 'y')" * 15
    opened.inside(".tree").wait_for()
    assert opened.inside(".tree li").count() > 30
