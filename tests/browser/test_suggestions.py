"""The list of suggestions: what is in it, and what an item writes."""

from __future__ import annotations

from collections.abc import Callable

from browser.filter_box import FilterBox

Opened = Callable[..., FilterBox]


class TestWhatIsInIt:
    def test_fields_and_a_parenthesis(self, box: Opened) -> None:
        opened = box()
        opened.press("Control+Space")
        assert opened.items() == ["User_Id", "Username", "Name", "Family", "Address", "("]

    def test_only_the_fields_of_the_policy(self, box: Opened) -> None:
        opened = box(policy="few")
        opened.press("Control+Space")
        assert opened.items() == ["Username", "("]

    def test_the_operators_of_a_field(self, box: Opened) -> None:
        opened = box()
        opened.type("User_Id ")
        assert opened.items() == ["=", "<>", "<", ">", "<=", ">="]

    def test_a_parenthesis_is_closed_only_where_one_is_open(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = 'x' ")
        opened.press("Control+Space")
        assert opened.items() == ["and", "or"]
        opened.value = "(Name = 'x' "
        opened.press("End", "Control+Space")
        assert opened.items() == ["and", "or", ")"]

    def test_known_values_alone_where_a_value_stands(self, box: Opened) -> None:
        opened = box(policy="services")
        opened.type("ISEnable = ")
        assert opened.items() == ["Yes", "No"]

    def test_values_alone_within_quotes(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = 'na")
        assert all(item not in {"Name", "and"} for item in opened.items())

    def test_values_that_the_host_looks_up(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = 'Mo")
        opened.list.get_by_text("Mohsen").wait_for()
        assert {"Mohammad", "Mohsen", "Mona"} <= set(opened.items())

    def test_days(self, box: Opened) -> None:
        opened = box(policy="bases")
        opened.type("StartDate >= ")
        first, *_ = opened.items()
        opened.pick(first)
        assert opened.value == "StartDate >= '2026-11-26'"

    def test_nothing_where_a_number_stands(self, box: Opened) -> None:
        opened = box()
        opened.type("User_Id = 12")
        assert opened.has_no_list()

    def test_a_field_is_found_by(self, box: Opened) -> None:
        opened = box()
        found_by = {
            "beginning": ("us", "Username"), "part": ("id", "User_Id"), "Persian label": ("نام", "Name"),
            "other keyboard layout": ("عسثق", "Username"), "slip": ("nmae", "Name"), "whole name": ("name", "Name"),
        }  # fmt: skip
        for way, (typed, found) in found_by.items():
            opened.press("Control+a", "Backspace")
            opened.type(typed)
            assert found in opened.items(), way

    def test_the_list_is_in_the_language_of_the_page(self, box: Opened) -> None:
        opened = box(language="fa")
        opened.type("Nam")
        opened.items()
        assert opened.list.locator(".cm-completionDetail").all_inner_texts() == ["نام", "نام خانوادگی"]


class TestWhatItWrites:
    def test_a_filter_from_the_first_key_to_the_last(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.pick("Username")
        opened.pick("like")
        assert opened.value == "Username like "
        opened.type("'ali")
        opened.list.get_by_text("'ali%'", exact=True).wait_for()
        opened.items()
        opened.press("Tab")
        assert opened.value == "Username like 'ali%'"

    def test_the_whole_word_under_the_caret(self, box: Opened) -> None:
        opened = box()
        opened.value = "Usxname = 'x' and Name = 'y'"
        opened.press("Home", "ArrowRight", "ArrowRight", "Control+Space")
        opened.pick("Username")
        assert opened.value == "Username = 'x' and Name = 'y'"
        assert opened.text_with_caret == "Username |= 'x' and Name = 'y'"

    def test_one_space_and_never_two(self, box: Opened) -> None:
        opened = box()
        opened.value = "user = 'x'"
        opened.press("Home", "ArrowRight", "Control+Space")
        opened.pick("Username")
        assert opened.value == "Username = 'x'"

    def test_a_text_with_its_closing_quote(self, box: Opened) -> None:
        opened = box(policy="services")
        opened.value = "ServiceType = 'xx' and Price > 5"
        opened.press("Home", *["ArrowRight"] * 15, "Control+Space")
        opened.pick("Base")
        assert opened.value == "ServiceType = 'Base' and Price > 5"

    def test_empty_quotes_with_the_caret_inside(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = ")
        opened.items()
        opened.press("Tab")
        assert opened.text_with_caret == "Name = '|'"

    def test_it_is_taken_back_in_one_step(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.pick("Username")
        opened.press("Control+z")
        assert opened.value == "us"

    def test_a_click(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.items()
        opened.list.get_by_role("option").filter(has_text="Username").click()
        assert opened.value == "Username "
