"""The element for people who do not see it, who use no mouse, and who use fingers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from browser.axe import axe
from browser.filter_box import FilterBox

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., FilterBox]


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestAxe:
    @pytest.fixture
    def options(self, scheme: str) -> dict[str, Any]:
        return {"color_scheme": scheme, "bypass_csp": True}  # axe-core itself would violate a strict policy

    def test_nothing_to_say(self, box: Opened, page: Page, language: str) -> None:
        opened = box('history="x" placeholder="Username like \'ali%\'"', language=language)
        page.evaluate("document.querySelector('main').insertAdjacentHTML('afterbegin', '<h1>Panel</h1>')")
        assert axe(page) == []
        opened.type("Us")
        opened.items()
        opened.press("ArrowDown")
        assert axe(page) == []
        opened.press("Escape")
        opened.value = "Nmae == 'x' && Zzz = 'علي' or User_Id = 5"
        opened.leave()
        opened.inside(".problem.error").first.wait_for()
        assert axe(page) == []
        opened.value = "Name = 'x' or User_Id = 5 and Family like 'a'"
        opened.inside(".problem.warning").first.wait_for()
        opened.inside(".tree").wait_for()
        assert axe(page) == []


class TestNames:
    def test_the_box_has_its_label_and_what_is_said_below_it(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae = 'x' ")
        opened.inside(".problem.error").wait_for()
        assert (
            opened.element.get_by_role("textbox", name="Filter").get_attribute("aria-describedby") == "problems meaning"
        )
        assert opened.content.get_attribute("aria-invalid") == "true"

    def test_an_item_is_read_with_what_it_means(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("Us")
        opened.items()
        assert opened.element.get_by_role("option", name="User_Id User id").count() == 1

    def test_fixes_are_the_next_stops_of_the_tab_key(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("Nmae == 'x' ")
        opened.fixes.first.wait_for()
        stops = []
        for _ in range(3):
            opened.press("Tab")
            stops.append(page.evaluate("document.activeElement.shadowRoot.activeElement.innerText"))
        assert stops == opened.fixes.all_inner_texts()
        assert stops == ["Write Name", "Write =", "Fix all"]


class TestTheLiveRegion:
    def test_it_says_the_number_and_the_first_once_the_typing_rests(self, box: Opened) -> None:
        opened = box()
        live = opened.inside(".hidden[aria-live=polite]")
        opened.type("Nmae == 'x' ")
        opened.inside(".problem.error").first.wait_for()
        assert live.inner_text() == ""
        live.get_by_text("2 problems:").wait_for(timeout=3000)
        assert opened.problems()[0] in live.inner_text()
        opened.inside(".all button").click()
        live.get_by_text("The filter is correct now.").wait_for(timeout=4000)

    def test_it_does_not_speak_of_what_is_unfinished(self, box: Opened) -> None:
        opened = box()
        opened.type("Name = ")
        opened.wait(1600)
        assert opened.inside(".hidden[aria-live=polite]").inner_text() == ""


class TestFingers:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}

    def test_targets_are_large_and_nothing_leaves_the_screen(self, box: Opened, page: Page) -> None:
        opened = box()
        opened.type("Us")
        opened.items()
        sizes = [target.bounding_box() for target in opened.list.get_by_role("option").all()]
        opened.press("Escape")
        opened.value = f"Nmae == '{'x' * 60}' && Familly = 'y' and (Name = 'a' or User_Id = 5 and Address = 'b')"
        opened.fixes.first.wait_for()
        sizes += [target.bounding_box() for target in opened.fixes.all()]
        assert all(size and size["height"] >= 44 for size in sizes)
        assert page.evaluate("document.documentElement.scrollWidth") == 390


class TestLooks:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"forced_colors": "active", "reduced_motion": "reduce"}

    def test_what_is_wrong_is_not_said_by_colour_alone(self, box: Opened) -> None:
        opened = box()
        opened.type("Nmae = 'x' ")
        opened.inside(".problem.error > .icon").wait_for()
        line = opened.content.locator(".problem-error").evaluate("(mark) => getComputedStyle(mark).textDecorationStyle")
        assert line == "wavy"
        assert opened.inside("#box").evaluate("(box) => getComputedStyle(box).transitionDuration") == "0s"

    def test_a_page_sets_colours_and_parts(self, box: Opened, page: Page) -> None:
        opened = box()
        page.evaluate(
            """() => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(`deltasib-filter { --deltasib-radius: 3px }
                    deltasib-filter::part(box) { border-width: 5px }`);
                document.adoptedStyleSheets = [sheet];
            }"""
        )
        style = "(box) => [getComputedStyle(box).borderRadius, getComputedStyle(box).borderTopWidth]"
        assert opened.inside("#box").evaluate(style) == ["3px", "5px"]
