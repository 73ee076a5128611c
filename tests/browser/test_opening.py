"""When the list of suggestions opens by itself, and how many requests it makes."""

from __future__ import annotations

from collections.abc import Callable

from browser.filter_box import FilterBox

Opened = Callable[..., FilterBox]


class TestItOpens:
    def test_in_a_word_or_where_one_has_to_follow(self, box: Opened) -> None:
        opened = box()
        for typed in ("N", "Name ", "Name =", "Name = ", "Name = '", "Name = 'x' a", "Name = 'x' and ", "(", "ن"):
            opened.press("Control+a", "Backspace")
            opened.type(typed)
            assert opened.items(), typed

    def test_after_an_item_that_something_has_to_follow(self, box: Opened) -> None:
        opened = box()
        opened.type("us")
        opened.pick("Username")
        assert "like" in opened.items()

    def test_again_after_a_deletion(self, box: Opened) -> None:
        opened = box()
        opened.type("Namx")
        opened.press("Escape", "Backspace")
        assert opened.items() == ["Name", "Family"]

    def test_when_it_is_asked_for(self, box: Opened) -> None:
        opened = box()
        opened.press("Alt+i")
        assert opened.items()


class TestItStaysClosed:
    def test_where_nothing_has_to_follow(self, box: Opened) -> None:
        opened = box()
        for typed in ("", " ", "Name = 'x'", "Name = 'x' ", "(Name = 'x')", "User_Id = 5", "User_Id = 5 "):
            opened.press("Control+a", "Backspace")
            opened.type(typed)
            assert opened.has_no_list(), typed

    def test_when_somebody_comes_back(self, box: Opened) -> None:
        opened = box()
        opened.type("Na")
        opened.items()
        opened.press("Escape")
        opened.leave()
        opened.focus()
        assert opened.has_no_list()

    def test_where_it_is_switched_off(self, box: Opened) -> None:
        opened = box('assist="off"')
        opened.type("Na")
        opened.press("Control+Space")
        assert opened.has_no_list()
        assert opened.asked("complete") == []

    def test_until_it_is_asked_for(self, box: Opened) -> None:
        opened = box('assist="asked"')
        opened.type("Na")
        assert opened.has_no_list()
        opened.press("Control+Space")
        assert opened.items()

    def test_after_it_is_switched_off_while_the_page_is_open(self, box: Opened) -> None:
        opened = box()
        opened.element.evaluate("(element) => element.setAttribute('assist', 'off')")
        opened.type("Na")
        assert opened.has_no_list()


class TestRequests:
    def test_one_for_a_word_however_long(self, box: Opened) -> None:
        opened = box()
        opened.type("U", delay=0)
        opened.items()
        opened.type("sername", delay=130)
        opened.wait()
        assert opened.asked("complete") == ["U"]
        assert opened.items() == ["Username"]

    def test_few_for_a_filter_of_sixty_letters(self, box: Opened) -> None:
        typed = "Username like 'alireza%' and Address like '%Valiasr street%'"
        assert len(typed) == 60
        opened = box()
        opened.type(typed, delay=120)
        opened.wait()
        assert len(opened.asked("complete")) <= 12
        assert len(opened.asked("check")) <= 8

    def test_none_for_a_number(self, box: Opened) -> None:
        opened = box()
        opened.value = "User_Id = "
        opened.press("End")
        opened.type("12345", delay=120)
        opened.wait()
        assert opened.asked("complete") == []
