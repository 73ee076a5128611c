"""The element as a field of a form, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from browser.filter_box import FilterBox
from browser.held_answers import HeldAnswers
from browser.panel import Panel

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

Opened = Callable[..., FilterBox]
Held = Callable[[str], HeldAnswers]
WRAPPED = """
<form action="/submitted"><label for="f">Customers</label>
<deltasib-filter src="/users">
<input id="f" name="filter" value="Name = 'x'" placeholder="All" required></deltasib-filter>
<button>Send</button></form>
"""


class TestWithoutScripts:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"java_script_enabled": False}

    def test_the_input_is_the_field(self, page: Page, panel: Panel) -> None:
        page.goto(panel.put(WRAPPED))
        page.get_by_label("Customers").fill("Name = 'y'")
        page.get_by_role("button", name="Send").click()
        assert page.url.endswith("/submitted?filter=Name+%3D+%27y%27")


class TestTheInputWithin:
    def test_its_attributes_are_those_of_the_element(self, page: Page, panel: Panel) -> None:
        page.goto(panel.put(WRAPPED))
        opened = FilterBox(page)
        assert opened.value == "Name = 'x'"
        assert page.locator("input").count() == 0
        assert opened.content.get_attribute("aria-label") == "Customers"
        page.get_by_role("button", name="Send").click()
        assert page.url.endswith("/submitted?filter=Name+%3D+%27x%27")

    def test_a_click_on_its_label_goes_to_the_box(self, page: Page, panel: Panel) -> None:
        page.goto(panel.put(WRAPPED))
        opened = FilterBox(page)
        page.get_by_text("Customers").click()
        opened.press("End")
        opened.type("!")
        assert opened.value == "Name = 'x'!"

    def test_who_types_in_it_before_the_script_has_come_types_on(self, page: Page, panel: Panel) -> None:
        scripts: list[Route] = []
        page.route("**/deltasib-filter.js", lambda script: scripts.append(script))
        page.goto(panel.put(WRAPPED), wait_until="commit")
        page.get_by_label("Customers").click()
        page.keyboard.press("Home")
        page.keyboard.type("User")
        scripts[0].continue_()
        opened = FilterBox(page)
        opened.content.wait_for()
        opened.type("n")
        assert opened.value == "UsernName = 'x'"
        opened.press("ArrowRight")
        assert opened.text_with_caret == "UsernN|ame = 'x'"


class TestValue:
    def test_it_is_in_the_data_of_the_form_as_it_stands(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("Name = 'علی'", delay=0)
        assert page.evaluate("Object.fromEntries(new FormData(document.forms[0]))") == {"filter": "Name = 'علی'"}

    def test_reset_brings_back_the_first_value(self, box: Opened, page: Page) -> None:
        opened = box('''value="Name = 'x'"''')
        opened.press("End")
        opened.type(" or")
        page.evaluate("document.forms[0].reset()")
        assert opened.value == "Name = 'x'"

    def test_it_survives_a_move_in_the_page(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("Name = 'x'")
        opened.element.evaluate(
            """(element) => {
                const { parentNode } = element;
                element.remove();
                element.value += " or";
                parentNode.append(element);
            }"""
        )
        assert opened.value == "Name = 'x' or"
        opened.focus()
        opened.press("End")
        opened.type(" ", delay=0)
        assert opened.value == "Name = 'x' or "
        assert "Name" in opened.items()

    def test_line_breaks_become_spaces(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.content.evaluate(
            """(content) => {
                const data = new DataTransfer();
                data.setData("text/plain", "Name = 'x'\\r\\nor\\nName = 'y'");
                const paste = { clipboardData: data, bubbles: true, cancelable: true };
                content.dispatchEvent(new ClipboardEvent("paste", paste));
            }"""
        )
        assert opened.value == "Name = 'x' or Name = 'y'"
        opened.value = "Name = 'x'\nor"
        assert opened.value == "Name = 'x' or"

    @pytest.mark.parametrize("attribute", ["disabled", "readonly"])
    def test_it_cannot_be_changed_by_typing(self, box: Opened, page: Page, attribute: str) -> None:
        opened = box(f'''{attribute} value="Name = 'x'"''', focus=False)
        opened.content.click(force=True)
        opened.type("y")
        assert opened.value == "Name = 'x'"
        sent = page.evaluate("new FormData(document.forms[0]).get('filter')")
        assert sent == (None if attribute == "disabled" else "Name = 'x'")

    def test_a_fieldset_disables_it(self, page: Page, panel: Panel) -> None:
        page.goto(
            panel.put(
                '<form><fieldset disabled><deltasib-filter src="/users" name="f"></deltasib-filter></fieldset></form>'
            )
        )
        assert FilterBox(page).content.get_attribute("contenteditable") == "false"


class TestValidity:
    def test_a_filter_is_valid(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = 'x'")
        assert opened.element.evaluate("(element) => element.check()") == []
        assert opened.element.evaluate("(element) => [element.valid, element.checkValidity()]") == [True, True]

    def test_a_text_that_is_no_filter_is_not_sent(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("Nmae = 'x' ")
        opened.inside(".problem.error").wait_for()
        address = page.url
        opened.press("Enter")
        page.get_by_role("button", name="Send").click()
        opened.wait()
        assert page.url == address
        assert opened.element.evaluate("(element) => [element.valid, element.validationMessage]") == [
            False,
            opened.problems()[0],
        ]

    def test_a_text_that_was_not_checked_is_neither(self, box: Opened, held: Held) -> None:
        opened, _ = box(), held("check")
        opened.type("Name")
        assert opened.element.evaluate("(element) => element.valid") is None

    def test_a_required_one_is_not_empty(self, box: Opened) -> None:
        opened = box("required", language="fa")
        assert opened.element.evaluate("(element) => [element.checkValidity(), element.validationMessage]") == [
            False,
            "یک فیلتر بنویسید.",
        ]
        opened.type("N", delay=0)
        assert opened.element.evaluate("(element) => element.validity.valueMissing") is False


class TestEvents:
    def test_input_for_each_change_and_change_at_the_end(self, box: Opened) -> None:
        opened = box()
        opened.type("ab")
        assert (len(opened.heard("input")), len(opened.heard("change"))) == (2, 0)
        opened.press("Escape")
        opened.leave()
        assert len(opened.heard("change")) == 1

    def test_checked_has_the_problems_and_the_canonical_text(self, box: Opened) -> None:
        opened = box()
        opened.type("name='x'")
        opened.explained()
        assert opened.heard("checked")[-1] == {"problems": [], "canonical": "Name = 'x'"}

    def test_search_can_be_cancelled(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.element.evaluate("(element) => document.addEventListener('search', (event) => event.preventDefault())")
        address = page.url
        opened.type("Name = 'x'")
        opened.press("Enter")
        opened.wait()
        assert opened.heard("search") == [{"value": "Name = 'x'"}]
        assert page.url == address

    def test_a_page_sends_the_requests_with_headers_of_its_own(self, box: Opened) -> None:
        opened = box()
        opened.element.evaluate(
            """(element) => {
                const headers = { "X-CSRF-Token": "t", "Content-Type": "application/json" };
                element.request = (url, init) => fetch(url, { ...init, headers });
            }"""
        )
        opened.type("Na")
        opened.items()
        assert opened.requests[-1].headers["x-csrf-token"] == "t"

    def test_methods(self, box: Opened) -> None:
        opened = box(focus=False)
        opened.value = "Nmae == 'x'"
        assert len(opened.element.evaluate("(element) => element.check()")) == 2
        assert opened.element.evaluate("(element) => element.problems.map(({ code }) => code)")[0] == "unknown-field"
        assert opened.element.evaluate("(element) => element.fixAll()") is True
        assert opened.value == "Name = 'x'"
        assert opened.element.evaluate("(element) => element.fixAll()") is False
        opened.explained()
        assert opened.element.evaluate("(element) => element.explanation.text") == "Name is “x”"
        opened.element.evaluate("(element) => element.focus()")
        opened.press("End")
        opened.type("!")
        assert opened.value == "Name = 'x'!"
