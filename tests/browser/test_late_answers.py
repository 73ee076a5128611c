"""Answers that are late, swapped, wrong or missing: one counts only for the text and the caret it was asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browser.filter_box import FilterBox
from browser.held_answers import HeldAnswers

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route

Opened = Callable[..., FilterBox]
Held = Callable[[str], HeldAnswers]
SILENT = "Suggestions are not available at the moment. You can go on typing."


def _answer(route: Route, items: list[str], typed: str) -> None:
    item = {"caret": 3, "kind": "field", "detail": "", "documentation": "", "finds": [], "again": False}
    found = [{**item, "label": label, "insert": label} for label in items]
    route.fulfill(json={"text": len(typed), "from": 0, "to": len(typed), "more": False, "items": found})


class TestLate:
    def test_an_answer_to_an_older_text_is_dropped(self, box: Opened, held: Held) -> None:
        opened, answers = box(), held("complete")
        opened.type("u")
        older = answers.about("u")
        opened.type("s")
        _answer(answers.about("us"), ["Newer"], "us")
        assert opened.items() == ["Newer"]
        _answer(older, ["Older"], "u")
        opened.wait(200)
        assert opened.items() == ["Newer"]

    def test_an_answer_for_another_caret_is_dropped(self, box: Opened, held: Held) -> None:
        opened, answers = box(), held("complete")
        opened.type("Na")
        question = answers.about("Na")
        opened.press("Home")
        _answer(question, ["Name"], "Na")
        assert opened.has_no_list()

    def test_a_newer_question_ends_an_older_one(self, box: Opened, held: Held, page: Page) -> None:
        failed: list[Request] = []
        page.on("requestfailed", lambda request: failed.append(request))
        opened, answers = box(), held("complete")
        opened.type("u")
        older = answers.about("u")
        opened.type("s")
        answers.about("us")
        assert [request for request in failed if request.url.endswith("/complete")] == [older.request]

    def test_problems_of_an_older_text_are_dropped(self, box: Opened, held: Held) -> None:
        opened, answers = box(), held("check")
        opened.type("Nmae = 'x' ")
        older = answers.about("Nmae = 'x' ")
        opened.press("Home", "ArrowRight", "Delete", "Delete")
        opened.type("am", delay=0)
        older.continue_()
        newer = answers.about("Name = 'x' ")
        assert opened.problems() == []
        newer.continue_()
        opened.explained()
        assert opened.problems() == []


class TestSilence:
    @pytest.mark.parametrize("how", ["no connection", "error", "no JSON", "another shape", "another text", "redirect"])
    def test_typing_goes_on_and_one_line_says_so(self, box: Opened, page: Page, how: str) -> None:
        def silent(route: Route) -> None:
            match how:
                case "no connection":
                    route.abort()
                case "error":
                    route.fulfill(status=503, body="<h1>down</h1>")
                case "no JSON":
                    route.fulfill(body="<h1>Log in</h1>", content_type="text/html")
                case "another shape":
                    route.fulfill(json=[{"items": 5, "problems": None}])
                case "redirect":
                    route.fulfill(status=302, headers={"Location": "/style.css"})
                case _:
                    answer = {"text": 999, "from": 50, "to": 60, "more": False, "items": [], "canonical": None}
                    route.fulfill(json={**answer, "problems": [], "fixed": None})

        opened = box()
        page.route("**/users/*", silent)
        opened.type("Name = 'x'")
        opened.inside("#silent").get_by_text(SILENT).wait_for()
        opened.leave()
        opened.wait()
        assert opened.value == "Name = 'x'"
        assert opened.content.locator(".token-string").all_inner_texts() == ["'x'"]
        assert opened.problems() == opened.problems("hint") == []
        opened.focus()
        with page.expect_navigation():
            opened.press("Enter")
        assert "Name" in page.url

    def test_the_line_goes_when_the_server_answers_again(self, box: Opened, page: Page) -> None:
        opened = box()
        page.route("**/users/*", lambda route: route.abort())
        opened.type("Na")
        opened.inside("#silent").get_by_text(SILENT).wait_for()
        page.unroute("**/users/*")
        opened.type("m")
        assert "Name" in opened.items()
        assert opened.inside("#silent").inner_text() == ""

    def test_a_server_that_never_answers_is_not_waited_for(self, box: Opened, held: Held) -> None:
        opened = box()
        held("complete")
        opened.type("Na")
        opened.inside("#silent").get_by_text(SILENT).wait_for(timeout=6000)
        opened.press("Enter")
        assert opened.heard("search") == [{"value": "Na"}]
