"""Answers that a test holds back, so that it says itself when they arrive, and what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route


class HeldAnswers:
    """The questions to one endpoint, which nobody answers but the test."""

    def __init__(self, page: Page, endpoint: str) -> None:
        self._page = page
        self._questions: list[Route] = []
        page.route(f"**/{endpoint}", lambda route: self._questions.append(route))

    def about(self, text: str) -> Route:
        """Wait for the newest question about a text."""
        for _ in range(1000):
            for question in reversed(self._questions):
                asked: Any = question.request.post_data_json
                if asked["text"] == text:
                    return question
            self._page.wait_for_timeout(10)
        raise AssertionError(f"nobody asked about {text}")
