"""The texts of filters: each is rendered once and read back once, however many requests it is sent with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from client.conftest import Ask, Start
from client.hostile import Hostile, over_http
from client.scripted import Scripted
from client.steps import ids
from deltasib_query import User
from deltasib_query.filters import filter as filters
from deltasib_query.filters import parsing
from deltasib_query.language.renderer import render
from deltasib_query.language.tree import Node

KEYS = [*range(1, 101)]
SOME = User.User_Id >= 1
TEXT = "User_Id >= 1"


class Texts:
    """What is rendered and what is read back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rendered: list[str] = []
        self.read: list[str] = []
        parse = parsing.parse

        def counted_render(tree: Node) -> str:
            self.rendered.append(render(tree))
            return self.rendered[-1]

        def counted_parse(text: str, *arguments: Any, **options: Any) -> Any:
            self.read.append(text)
            return parse(text, *arguments, **options)

        monkeypatch.setattr(filters, "render", counted_render)
        monkeypatch.setattr(parsing, "parse", counted_parse)


@pytest.fixture
def texts(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> Texts:
    ask("http://127.0.0.1:1", lambda isp: repr(isp.user.scan(SOME)))  # what is rendered once and for all
    return Texts(monkeypatch)


@pytest.fixture
def server(start: Start) -> Scripted:
    return start(over_http(Hostile([*KEYS])))


def test_a_list_of_many_pages(server: Scripted, ask: Ask, texts: Texts) -> None:
    assert ids(ask(server.url, lambda isp: isp.user.list(SOME, page_size=10))) == KEYS
    assert [call.parameters["Filter"] for call in server.calls] == [TEXT] * 13
    assert (texts.rendered, texts.read) == ([TEXT], [TEXT])


@pytest.mark.parametrize(
    "use",
    [
        lambda listing: listing.count(),
        lambda listing: listing.take(5),
        lambda listing: listing.first(),
        lambda listing: repr(listing),
    ],
)
def test_whatever_is_done_with_a_list(server: Scripted, ask: Ask, texts: Texts, use: Callable[[Any], Any]) -> None:
    ask(server.url, lambda isp: use(isp.user.list(SOME)))
    assert (texts.rendered, texts.read) == ([TEXT], [TEXT])


def test_a_list_that_is_walked_twice(server: Scripted, ask: Ask, texts: Texts) -> None:
    kept: list[Any] = []

    def twice(isp: Any) -> Any:
        kept.append(isp.user.list(SOME))
        return kept[0].count()

    assert ask(server.url, twice) == 100
    assert ask(server.url, lambda isp: isp.user.list(SOME).count()) == 100
    assert (texts.rendered, texts.read) == ([TEXT] * 2, [TEXT] * 2)


def test_parts_of_a_filter_that_is_too_long(server: Scripted, ask: Ask, texts: Texts) -> None:
    chosen = User.User_Id.in_(KEYS)
    assert ids(ask(server.url, lambda isp: isp.user.list(chosen, page_size=10), max_url_bytes=1000)) == KEYS
    sent = [*dict.fromkeys(call.parameters["Filter"] for call in server.calls)]
    assert len(sent) > 2
    assert texts.rendered == [f"({' or '.join(f'User_Id = {key}' for key in KEYS)})", *sent]
    assert texts.read == sent


@pytest.mark.parametrize("missing", [0, 3])
def test_a_scan_has_a_text_for_each_request(start: Start, ask: Ask, texts: Texts, missing: int) -> None:
    keys = [key for key in KEYS if not missing or key % missing]
    server = start(over_http(Hostile([*keys])))
    assert ids(ask(server.url, lambda isp: isp.user.scan(SOME, page_size=10))) == keys
    sent = [call.parameters["Filter"] for call in server.calls]
    assert sent[0] == TEXT
    assert len({*sent}) == len(sent) > 10
    assert (texts.rendered, texts.read) == (sent, sent)
