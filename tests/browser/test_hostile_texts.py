"""Markup and invisible characters in whatever a server, a page or a person writes: they stay text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from browser.filter_box import FilterBox
from browser.panel import Panel

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

Opened = Callable[..., FilterBox]
MARKUP = '<img src=x onerror="window.hacked = true"><style>*{display:none}</style>&lt;'
IMAGES = "img:not(.cm-widgetBuffer)"  # which CodeMirror puts beside what it inserts
OVERRIDE = "\u202eevil\u2066\u200f"


def _answers(hostile: str) -> Callable[[Route], None]:
    said = [hostile, {"code": hostile}]
    fix = {"from": 0, "to": 4, "insert": hostile, "sure": False, "label": hostile}
    problem = {
        "from": 0, "to": 4, "severity": "error", "code": hostile, "key": hostile, "params": {hostile: hostile},
        "message": hostile, "said": said, "unfinished": False, "fixes": [fix],
    }  # fmt: skip
    item = {
        "label": hostile, "insert": hostile, "caret": 1, "kind": hostile, "detail": hostile, "documentation": hostile,
        "finds": [hostile], "again": False,
    }  # fmt: skip
    leaf = {"kind": "comparison", "from": 0, "to": 4, "said": said, "children": []}

    def answer(route: Route) -> None:
        asked: Any = route.request.post_data_json
        answers: dict[str, Any] = {
            "check": {"problems": [problem] if "Name" in asked["text"] else [], "canonical": hostile, "fixed": hostile},
            "complete": {"from": 0, "to": len(asked["text"]), "more": False, "items": [item]},
            "explain": {
                "language": "en",
                "text": f"{hostile}\n{hostile}",
                "clauses": {**leaf, "kind": "all", "children": [leaf, leaf]},
            },
        }
        route.fulfill(json={"text": len(asked["text"]), **answers[route.request.url.rsplit("/", 1)[1]]})

    return answer


@pytest.mark.parametrize("hostile", [MARKUP, OVERRIDE])
class TestAnswers:
    def test_all_their_strings_stay_text(self, box: Opened, page: Page, hostile: str) -> None:
        opened = box()
        page.route("**/users/*", _answers(hostile))
        opened.type("Name")
        assert opened.items() == [hostile]
        opened.press("Escape")
        opened.inside(".tree").wait_for()
        assert opened.inside(".problem code").first.inner_text() == hostile
        opened.content.locator(".problem-error").hover()
        opened.inside(".cm-tooltip .hover").wait_for()
        opened.fixes.first.focus()
        assert opened.content.locator(".preview-inserted").text_content() == hostile
        assert page.locator(IMAGES).count() == 0
        assert page.evaluate("window.hacked") is None

    def test_a_fix_writes_just_that(self, box: Opened, page: Page, hostile: str) -> None:
        opened = box()
        page.route("**/users/*", _answers(hostile))
        opened.type("Name")
        opened.items()
        opened.press("Escape")
        opened.fixes.first.click()
        assert opened.value == hostile


def test_attributes_stay_text(page: Page, panel: Panel) -> None:
    escaped = MARKUP.replace("&", "&amp;").replace('"', "&quot;")
    attributes = " ".join(f'{name}="{escaped}"' for name in ("label", "placeholder", "history"))
    page.goto(panel.put(f'<deltasib-filter src="/users" {attributes}></deltasib-filter>'))
    opened = FilterBox(page)
    assert opened.content.get_attribute("aria-label") == MARKUP
    assert opened.content.locator(".cm-placeholder").inner_text() == MARKUP
    assert page.locator(IMAGES).count() == 0


def test_what_is_typed_stays_text(box: Opened, page: Page) -> None:
    opened = box()
    for text in (f"Name = '{MARKUP}'", f"Name = '{OVERRIDE}'", "Name = '\ud83d'", "\x00\x1b[31m", "𝐍𝐚𝐦𝐞 = '𝐱'"):
        written = json.dumps(text)  # half a character cannot be sent otherwise
        opened.element.evaluate("(element, written) => { element.value = JSON.parse(written) }", written)
        opened.leave()
        opened.wait()
        assert opened.element.evaluate("(element, written) => element.value === JSON.parse(written)", written)
        assert page.locator(IMAGES).count() == 0
        assert opened.inside("#silent").inner_text() == ""


def test_a_very_long_text_stops_nobody(box: Opened) -> None:
    opened = box()
    opened.value = "Name = '" + "x" * 200_000
    opened.press("End")
    opened.type("'")
    opened.wait()
    assert opened.element.evaluate("(element) => element.value.length") == 200_009
