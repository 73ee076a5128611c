"""Tokens and checkpoints: a walk goes on exactly behind a page, and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from client.conftest import Ask, Start
from client.hostile import Hostile, over_http
from client.scripted import Answer, Asked, Script, always, as_json, failure, table
from client.steps import ids, ids_of, some_pages, until_error
from deltasib_query import ParameterError, ResumeError, Service, TransportError, User, UserCreditInfo

KEYS = [*range(1, 31)]
CHOSEN = User.User_Id.in_([*range(1, 30, 2), 30, *range(2_000_000_000, 2_000_000_010)])
ROOM = 800
"""Bytes of an address into which some of these go, and not all."""

Walk = Callable[[Any], Any]
WALKS: dict[str, tuple[Walk, list[int]]] = {
    "list": (lambda isp: isp.user.list(page_size=7), KEYS),
    "list from a row on": (lambda isp: isp.user.list(page_size=7, start=4), KEYS[4:]),
    "list with a limit": (lambda isp: isp.user.list(page_size=7, limit=20), KEYS[:20]),
    "list ahead": (lambda isp: isp.user.list(page_size=7, prefetch=2), KEYS),
    "list in parts": (lambda isp: isp.user.list(CHOSEN, page_size=3), [*range(1, 30, 2), 30]),
    "list in parts with a limit": (lambda isp: isp.user.list(CHOSEN, page_size=3, limit=13), [*range(1, 27, 2)]),
    "scan": (lambda isp: isp.user.scan(page_size=7), KEYS),
    "scan with a limit": (lambda isp: isp.user.scan(page_size=7, limit=20), KEYS[:20]),
    "scan in parts": (lambda isp: isp.user.scan(CHOSEN, page_size=3), [*range(1, 30, 2), 30]),
    "scan of a filter": (lambda isp: isp.user.scan(User.User_Id > 12, page_size=7), KEYS[12:]),
}


@pytest.fixture
def url(start: Start) -> str:
    return start(over_http(Hostile([*KEYS]))).url


@pytest.mark.parametrize("name", WALKS)
def test_every_token_goes_on_exactly_behind_its_page(url: str, ask: Ask, name: str) -> None:
    walk, expected = WALKS[name]
    pages = ask(url, lambda isp: walk(isp).pages(), max_url_bytes=ROOM)
    assert ids_of(pages) == expected
    assert len(pages) > 2
    behind = 0
    for page in pages:
        behind += len(page)
        if behind % 2 and len(pages) > 9:
            continue  # every other one of many is enough
        token = json.loads(json.dumps(page.token))
        assert ids(ask(url, lambda isp, token=token: walk(isp).resume(token), max_url_bytes=ROOM)) == expected[behind:]


@pytest.mark.parametrize("name", WALKS)
def test_a_token_is_small_and_holds_nothing_that_a_filter_compares_with(url: str, ask: Ask, name: str) -> None:
    walk, _expected = WALKS[name]
    for page in ask(url, lambda isp: walk(isp).pages(), max_url_bytes=ROOM):
        read = json.loads(page.token)
        assert len(page.token) < 3000
        assert read["version"] == 2
        assert len(read["filter"].split()[0]) == 32


def test_a_token_holds_no_text_of_the_filter(start: Start, ask: Ask) -> None:
    url = start(table(3)).url
    [page] = ask(url, lambda isp: isp.user.list(User.Name == "راز").pages())
    assert "راز" not in json.loads(page.token)["filter"]
    assert "راز" not in page.token


def test_a_token_is_of_the_page_size_that_the_walk_had(url: str, ask: Ask) -> None:
    [page] = ask(url, lambda isp: some_pages(isp.user.list(page_size=7).pages(), 1))
    pages = ask(url, lambda isp: isp.user.list(page_size=30).resume(page.token).pages())
    assert [len(each) for each in pages] == [6, 6, 6, 5]


def test_fields_and_options_may_differ_from_those_of_the_walk(url: str, ask: Ask) -> None:
    [page] = ask(url, lambda isp: some_pages(isp.user.list(page_size=7).pages(), 1))
    rest = ask(url, lambda isp: isp.user.list(fields=[User.Name], prefetch=1).resume(page.token))
    assert ids(rest) == KEYS[7:]


def test_a_limit_of_a_resumed_list_counts_from_there(url: str, ask: Ask) -> None:
    [page] = ask(url, lambda isp: some_pages(isp.user.list(page_size=7).pages(), 1))
    assert ids(ask(url, lambda isp: isp.user.list().resume(page.token).take(3))) == [8, 9, 10]


def test_rows_that_have_gone_and_come_since_are_made_good(start: Start, ask: Ask) -> None:
    hostile = Hostile([*KEYS])
    url = start(over_http(hostile)).url
    [page] = ask(url, lambda isp: some_pages(isp.user.list(page_size=7).pages(), 1))
    hostile.delete(2, 3)
    assert ids(ask(url, lambda isp: isp.user.list().resume(page.token))) == KEYS[7:]
    hostile.insert(0, 20)
    assert ids(ask(url, lambda isp: isp.user.list().resume(page.token))) == KEYS[7:]


def token_of(ask: Ask, url: str, walk: Walk) -> str:
    [page] = ask(url, lambda isp: some_pages(walk(isp).pages(), 1))
    token: str = page.token
    return token


OTHERS: dict[str, tuple[Walk, Walk, str]] = {
    "another filter": (lambda isp: isp.user.list(), lambda isp: isp.user.list(User.User_Id > 3), "of another filter"),
    "a filter that nothing fits": (
        lambda isp: isp.user.list(), lambda isp: isp.user.list(User.User_Id.in_([])), "of another filter",
    ),
    "another list": (
        lambda isp: isp.user.list(), lambda isp: isp.service.list(), "of another list: user list, not service list"
    ),
    "another customer": (
        lambda isp: isp.user_payment.list(user_id=5), lambda isp: isp.user_payment.list(user_id=6), "of another filter"
    ),
    "a list for a scan": (
        lambda isp: isp.user.list(), lambda isp: isp.user.scan(), "of another way: by offset, not by key"
    ),
    "a scan for a list": (
        lambda isp: isp.user.scan(), lambda isp: isp.user.list(), "of another way: by key, not by offset"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_a_token_is_refused_for(start: Start, ask: Ask, name: str) -> None:
    walk, other, text = OTHERS[name]

    def answer(asked: Asked) -> Answer:
        key = "User_Payment_Id" if asked.path == "/1.0/User.payment/" else "User_Id"
        there = asked.start == 0 and asked.parameters.get("Filter", "") in {"", "User_Id <= 4"}
        return as_json([{key: 5}] if there else [])

    url = start(answer).url
    token = token_of(ask, url, walk)
    with pytest.raises(ResumeError, match=text):
        ask(url, lambda isp: other(isp).resume(token))


def test_a_token_is_refused_for_another_window(url: str, ask: Ask) -> None:
    one, other = ask(url, lambda isp: isp.user.scan().windows(2))
    token = token_of(ask, url, lambda isp: isp.user.scan().within(one))
    with pytest.raises(ResumeError, match="of another filter"):
        ask(url, lambda isp: isp.user.scan().within(other).resume(token))


def test_a_token_is_refused_where_the_filter_has_other_parts(url: str, ask: Ask) -> None:
    [page] = ask(url, lambda isp: some_pages(isp.user.list(CHOSEN).pages(), 1), max_url_bytes=ROOM)
    with pytest.raises(ResumeError, match="of another filter"):
        ask(url, lambda isp: isp.user.list(CHOSEN).resume(page.token), max_url_bytes=ROOM - 300)
    with pytest.raises(ResumeError, match="of another filter"):
        ask(url, lambda isp: isp.user.list(CHOSEN).resume(page.token))


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda _token: "", "this is no token of a walk"),
        (lambda token: token[:-5], "this is no token of a walk"),
        (lambda _token: "[]", "this is no token of a walk"),
        (lambda _token: "null", "this is no token of a walk"),
        (
            lambda token: token.replace('"version":2', '"version":1'),
            "of another version of this package: begin the walk anew",
        ),
        (lambda token: token.replace('"at":7', '"at":"7"'), "no token of a walk .at: "),
        (lambda token: token.replace('"at":7', '"at":7,"more":1'), "no token of a walk .more: "),
        (lambda token: token.replace('"page_size":7', '"page_size":0'), "no token of a walk .page_size: "),
    ],
)
def test_a_damaged_token_is_refused(url: str, ask: Ask, damage: Callable[[str], str], text: str) -> None:
    token = damage(token_of(ask, url, lambda isp: isp.user.list(page_size=7)))
    with pytest.raises(ResumeError, match=text):
        ask(url, lambda isp: isp.user.list(page_size=7).resume(token))


@pytest.mark.parametrize("place", ['"at":-2', '"part":5', '"part":1'])
def test_a_token_of_a_place_that_there_is_not_is_refused(url: str, ask: Ask, place: str) -> None:
    name = place.partition(":")[0]
    read = json.loads(token_of(ask, url, lambda isp: isp.user.list(page_size=7)))
    read[name.strip('"')] = int(place.partition(":")[2])
    with pytest.raises(ResumeError):
        ask(url, lambda isp: isp.user.list(page_size=7).resume(json.dumps(read)))


def test_a_token_that_is_no_text_is_refused(url: str, ask: Ask) -> None:
    with pytest.raises((ResumeError, ParameterError, TypeError)):
        ask(url, lambda isp: isp.user.list().resume(None))


def failing_from(keys: list[int], number: int, answer: Answer) -> Script:
    """Return a server whose list fails at its so-many-th request, once."""
    hostile, asked_for = over_http(Hostile(keys)), iter(range(1, 1000))
    return lambda asked: answer if next(asked_for) == number else hostile(asked)


FAILURES = {"an error of the service": failure(-1, 500), "a connection that breaks": Answer(reset=True)}


@pytest.mark.parametrize("options", [{}, {"prefetch": 1}, {"prefetch": 3}])
@pytest.mark.parametrize("failing", FAILURES)
@pytest.mark.parametrize("way", ["list", "scan"])
def test_an_error_has_the_token_behind_the_last_page(
    start: Start, ask: Ask, way: str, failing: str, options: dict[str, Any]
) -> None:
    url = start(failing_from([*KEYS], 5, FAILURES[failing])).url
    pages, error = ask(url, lambda isp: until_error(getattr(isp.user, way)(page_size=7, **options).pages()), retries=0)
    came = ids_of(pages)
    assert came == KEYS[: len(came)]
    assert 7 <= len(came) < 30
    assert ids(ask(url, lambda isp: getattr(isp.user, way)().resume(error.resume_token))) == KEYS[len(came) :]


def test_an_error_of_the_first_page_has_the_token_of_the_beginning(start: Start, ask: Ask) -> None:
    url = start(failing_from([*KEYS], 1, FAILURES["a connection that breaks"])).url
    pages, error = ask(url, lambda isp: until_error(isp.user.list(start=3).pages()), retries=0)
    assert (pages, type(error)) == ([], TransportError)
    assert ids(ask(url, lambda isp: isp.user.list().resume(error.resume_token))) == KEYS[3:]


def test_an_error_outside_a_walk_has_no_token(start: Start, ask: Ask) -> None:
    with pytest.raises(TransportError) as caught:
        ask(start(always(Answer(reset=True))).url, lambda isp: isp.user_status.current_status(user_id=1), retries=0)
    assert caught.value.resume_token is None


def test_a_checkpoint_is_written_when_the_caller_comes_back(url: str, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "place"
    ask(url, lambda isp: some_pages(isp.user.list(page_size=7).pages(checkpoint=path), 1))
    assert not path.exists()
    one, two = ask(url, lambda isp: some_pages(isp.user.list(page_size=7).pages(checkpoint=path), 2))
    assert path.read_text() == one.token != two.token


@pytest.mark.parametrize("options", [{}, {"prefetch": 2}])
@pytest.mark.parametrize("way", ["list", "scan"])
def test_a_walk_that_is_left_again_and_again_repeats_a_page_at_most_and_loses_none(
    url: str, ask: Ask, tmp_path: Path, way: str, options: dict[str, Any]
) -> None:
    came: list[list[int]] = []

    def walk(isp: Any) -> Any:
        return two_pages(getattr(isp.user, way)(page_size=7, **options).pages(checkpoint=tmp_path / "place"))

    while (pages := ask(url, walk)) and len(came) < 30:
        came += [ids(page) for page in pages]
        if len(pages) < 2:
            break
    assert sorted({id for page in came for id in page}) == KEYS
    assert all(one == other or one[-1] < other[0] for one, other in pairwise(came))


def two_pages(pages: Any) -> Any:
    """Return up to two pages, and leave the rest alone."""
    if hasattr(pages, "__anext__"):

        async def take() -> list[Any]:
            found = []
            async for page in pages:
                found.append(page)
                if len(found) == 2:
                    break
            await pages.aclose()
            return found

        return take()
    found = []
    for page in pages:
        found.append(page)
        if len(found) == 2:
            break
    pages.close()
    return found


@pytest.mark.parametrize("way", ["list", "scan"])
def test_a_walk_that_has_come_to_its_end_stays_there(start: Start, ask: Ask, tmp_path: Path, way: str) -> None:
    path = tmp_path / "place"
    server = start(over_http(Hostile([*KEYS])))

    def walk(isp: Any) -> Any:
        return getattr(isp.user, way)(page_size=7).pages(checkpoint=path)

    assert ids_of(ask(server.url, walk)) == KEYS
    assert json.loads(path.read_text())["ended"] is True
    server.calls.clear()
    assert ask(server.url, walk) == []
    assert server.calls == []


def test_a_walk_up_to_a_limit_stays_there(url: str, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "place"
    assert ids_of(ask(url, lambda isp: isp.user.list(page_size=7, limit=10).pages(checkpoint=path))) == KEYS[:10]
    assert ask(url, lambda isp: isp.user.list(page_size=7, limit=10).pages(checkpoint=path)) == []


def test_a_checkpoint_of_a_walk_that_failed_goes_on_behind_its_last_page(
    start: Start, ask: Ask, tmp_path: Path
) -> None:
    url, path = start(failing_from([*KEYS], 3, failure(-1, 500))).url, tmp_path / "place"
    pages, error = ask(url, lambda isp: until_error(isp.user.list(page_size=7).pages(checkpoint=path)), retries=0)
    assert path.read_text() == pages[-1].token == error.resume_token
    assert ids_of(ask(url, lambda isp: isp.user.list(page_size=7).pages(checkpoint=path))) == KEYS[13:]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"half a toke"])
def test_a_checkpoint_that_is_none_is_refused(url: str, ask: Ask, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "place"
    path.write_bytes(content)
    with pytest.raises(ResumeError):
        ask(url, lambda isp: isp.user.list().pages(checkpoint=path))
    assert path.read_bytes() == content


def test_a_checkpoint_of_another_walk_is_refused_and_kept(url: str, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "place"
    ask(url, lambda isp: isp.user.list(page_size=7).pages(checkpoint=path))
    before = path.read_text()
    with pytest.raises(ResumeError, match="of another filter"):
        ask(url, lambda isp: isp.user.list(User.User_Id > 3).pages(checkpoint=path))
    assert path.read_text() == before


def test_a_checkpoint_that_cannot_be_read_or_written(url: str, ask: Ask, tmp_path: Path) -> None:
    for path, why in ((tmp_path, "it is no plain file"), (tmp_path / "\0", "embedded null byte")):
        with pytest.raises(ResumeError, match=rf"^{re.escape(str(path))} cannot be read \({why}\)$"):
            ask(url, lambda isp, path=path: isp.user.list().pages(checkpoint=path))
    with pytest.raises(ResumeError, match="cannot be written"):
        ask(url, lambda isp: isp.user.list().pages(checkpoint=tmp_path / "nowhere" / "place"))


def test_a_checkpoint_leaves_no_other_file(url: str, ask: Ask, tmp_path: Path) -> None:
    ask(url, lambda isp: isp.user.list(page_size=7).pages(checkpoint=tmp_path / "place"))
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_a_checkpoint_that_cannot_be_put_in_its_place_leaves_the_one_before(
    url: str, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "place"
    ask(url, lambda isp: some_pages(isp.user.list(page_size=7).pages(checkpoint=path), 2))
    before = path.read_text()

    def fail(*_arguments: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ResumeError, match=r"cannot be written \(no space"):
        ask(url, lambda isp: isp.user.list(page_size=7).pages(checkpoint=path))
    assert path.read_text() == before
    assert [each.name for each in tmp_path.iterdir()] == ["place"]


def test_rows_without_a_key_are_nobodys_to_read_in_a_token(start: Start, ask: Ask) -> None:
    rows = [{"ServiceName": f"name {number}"} for number in range(50)]
    url = start(lambda asked: as_json(rows[asked.start :][: asked.count])).url
    filter = UserCreditInfo.User_Id >= 0
    pages = ask(url, lambda isp: isp.user.credit_info(filter, page_size=20).pages())
    assert [len(page) for page in pages] == [20, 19, 11]
    assert all("name" not in page.token and len(page.token) < 5000 for page in pages)
    rest = ask(url, lambda isp: isp.user.credit_info(filter).resume(pages[0].token))
    assert [row.ServiceName for row in rest] == [f"name {number}" for number in range(20, 50)]


def test_a_token_of_services(start: Start, ask: Ask) -> None:
    rows = [{"Service_Id": number, "ServiceName": "x"} for number in range(10)]
    url = start(lambda asked: as_json(rows[asked.start :][: asked.count])).url
    token = token_of(ask, url, lambda isp: isp.service.list(page_size=4))
    rest = ask(url, lambda isp: isp.service.list(fields=[Service.ServiceName]).resume(token))
    assert [row.Service_Id for row in rest] == [4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("filter", [User.User_Id.in_(range(1, 31)), User.User_Id.in_([*range(1, 31), 2_000_000_000])])
@pytest.mark.parametrize("page_size", [3, 100])
def test_a_scan_in_parts_goes_on_with_the_parts_that_are_left(
    url: str, ask: Ask, tmp_path: Path, filter: Any, page_size: int
) -> None:
    def scan(isp: Any) -> Any:
        return isp.user.scan(filter, page_size=page_size)

    pages = ask(url, lambda isp: scan(isp).pages(), max_url_bytes=500)
    assert ids_of(pages) == KEYS
    came = 0
    for page in pages:
        came += len(page)
        rest = ask(url, lambda isp, token=page.token: scan(isp).resume(token), max_url_bytes=500)
        assert ids(rest) == KEYS[came:]
    ask(url, lambda isp: some_pages(scan(isp).pages(checkpoint=tmp_path / "place"), 2), max_url_bytes=500)
    rest = ask(url, lambda isp: scan(isp).pages(checkpoint=tmp_path / "place"), max_url_bytes=500)
    assert ids_of(rest) == KEYS[len(pages[0]) :]


def test_a_walk_whose_rows_have_all_gone_goes_on_with_those_that_are_there(start: Start, ask: Ask) -> None:
    hostile = Hostile([*KEYS])
    url = start(over_http(hostile)).url
    [page] = ask(url, lambda isp: some_pages(isp.user.list(page_size=3).pages(), 1))
    hostile.delete(0, 3)
    assert ids(ask(url, lambda isp: isp.user.list().resume(page.token))) == KEYS[3:]


def test_a_drift_at_the_end_is_not_met_again(start: Start, ask: Ask) -> None:
    """A row comes in front before every request but the first; all rows had come before the error."""
    hostile = Hostile([1, 2, 3, 4, 5], lambda each: each.insert(0) if len(each.asked) > 1 else None)
    url = start(over_http(hostile)).url
    pages, error = ask(url, lambda isp: until_error(isp.user.list(on_drift="raise").pages()))
    assert ids_of(pages) == [1, 2, 3, 4, 5]
    assert ids(ask(url, lambda isp: isp.user.list(on_drift="raise").resume(error.resume_token))) == []
