"""The element as somebody sees it who looks at the page and has a keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

KEY = 25
"""Milliseconds from one key to the next."""
IN_A_WHILE = 700
"""Milliseconds after which the text has been checked, and what is unfinished is not yet an error."""


class FilterBox:
    """One element of a page, the first one unless another selector is given."""

    def __init__(self, page: Page, selector: str = "deltasib-filter") -> None:
        self.page = page
        self.element = page.locator(selector)
        self.content = self.element.locator(".cm-content")
        self.list = self.element.locator(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) > ul")
        self.fixes = self.element.locator("#problems button")
        self.meaning = self.element.locator("#meaning")
        self.requests: list[Request] = []
        page.on("request", lambda request: self.requests.append(request))
        self.element.evaluate(
            """(element) => {
                element.heard = [];
                for (const name of ["input", "change", "checked", "search"])
                    element.addEventListener(name, (event) => element.heard.push([name, event.detail ?? null]));
            }"""
        )

    def focus(self) -> None:
        self.content.click()

    def leave(self) -> None:
        self.page.get_by_role("button", name="Send").focus()

    def type(self, text: str, delay: int = KEY) -> None:
        self.page.keyboard.type(text, delay=delay)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def wait(self, milliseconds: int = IN_A_WHILE) -> None:
        self.page.wait_for_timeout(milliseconds)

    @property
    def value(self) -> str:
        return str(self.element.evaluate("(element) => element.value"))

    @value.setter
    def value(self, text: str) -> None:
        self.element.evaluate("(element, text) => { element.value = text }", text)

    @property
    def text_with_caret(self) -> str:
        """The text, with | for the caret, which is typed and taken back."""
        self.page.keyboard.insert_text("|")
        text = self.value
        self.press("Backspace")
        return text

    @property
    def caret(self) -> int:
        """The place of the caret in the text."""
        return int(
            self.content.evaluate(
                """(content) => {
                    const { focusNode, focusOffset } = content.getRootNode().getSelection();
                    const before = document.createRange();
                    before.setStart(content, 0);
                    before.setEnd(focusNode, focusOffset);
                    return before.toString().length;
                }"""
            )
        )

    @property
    def caret_at(self) -> float:
        """How far from the left of the screen the caret is, in pixels."""
        return float(
            self.content.evaluate(
                "(content) => content.getRootNode().getSelection().getRangeAt(0).getClientRects()[0].x"
            )
        )

    def items(self) -> list[str]:
        """Wait for the list; return the labels in it."""
        self.list.wait_for()
        self.wait(100)  # in which keys are not yet meant for the list
        return self.list.locator(".cm-completionLabel").all_inner_texts()

    def has_no_list(self) -> bool:
        """Wait for as long as a list takes; say whether there is none."""
        self.wait(400)
        return self.list.count() == 0

    def pick(self, label: str) -> None:
        """Go to an item with the arrow keys, and take it."""
        place = self.items().index(label)
        self.press(*["ArrowDown"] * (place + 1), "Enter")

    def problems(self, kind: str = "error") -> list[str]:
        """Return the sentences below the box that are shown as errors, warnings or hints."""
        return [_clean(each) for each in self.element.locator(f".problem.{kind} > div > span").all_inner_texts()]

    def marked(self, kind: str = "error") -> list[str]:
        """Return the parts of the text that are underlined."""
        return self.content.locator(f".problem-{kind}").all_inner_texts()

    def explained(self) -> str:
        """Wait for the explanation of the text as it stands; return it without the heading."""
        self.element.locator("#meaning:not(.outdated) :is(.sentence, .tree)").wait_for()
        return _clean(self.element.locator(":is(.sentence, .tree)").inner_text())

    def heard(self, name: str) -> list[Any]:
        """Return the details of the events of a name."""
        heard: Sequence[Sequence[Any]] = self.element.evaluate("(element) => element.heard")
        return [detail for kind, detail in heard if kind == name]

    def explanation_is_empty(self) -> bool:
        return self.meaning.inner_text() == ""

    def asked(self, endpoint: str) -> list[str]:
        """Return the texts that an endpoint was asked about."""
        bodies = [request.post_data for request in self.requests if request.url.endswith(f"/{endpoint}")]
        return [json.loads(body)["text"] for body in bodies if body]

    def inside(self, selector: str) -> Locator:
        return self.element.locator(selector)


def _clean(text: str) -> str:
    """Return a text without the words for a screen reader before it, and without isolates."""
    return re.sub("[\u2066-\u2069]", "", re.sub(r"^(Error|Note|Not finished|خطا|نکته|ناتمام):\s*", "", text)).strip()
