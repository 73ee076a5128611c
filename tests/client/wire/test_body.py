"""Bodies of responses: compressed by one content coding at most, of a limited size, at the login as well."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest

from client.conftest import Ask, Start, Waits
from client.scripted import Answer, Script, always, connect, table, user
from deltasib_query import TransportError, UnexpectedResponseError

packed_by_gzip = partial(gzip.compress, mtime=0)
"""The same bytes whenever the tests are collected."""

BODY = json.dumps([user(7)]).encode()
MEGABYTE = 2**20


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": packed_by_gzip,
    "x-gzip": packed_by_gzip,
    "GZIP": packed_by_gzip,
    "deflate": zlib.compress,
    "identity, gzip": packed_by_gzip,
    " ": bytes,
    "identity": bytes,
}


def packed(coding: str, content: bytes, **more: Any) -> Answer:
    return Answer(content, headers={"Content-Encoding": coding}, **more)


def first(isp: Any) -> Any:
    return isp.user.list().first()


@pytest.mark.parametrize("coding", PACKERS)
def test_one_coding_is_unpacked(start: Start, ask: Ask, coding: str) -> None:
    server = start(always(packed(coding, PACKERS[coding](BODY))))
    assert ask(server.url, first).User_Id == 7
    assert server.calls[0].headers["Accept-Encoding"] == "gzip, deflate"


def test_deflate_without_its_header_is_unpacked(start: Start, ask: Ask) -> None:
    assert ask(start(always(packed("deflate", raw_deflate(BODY)))).url, first).User_Id == 7


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_a_packed_answer_that_comes_in_pieces(start: Start, ask: Ask, cut: int) -> None:
    content = packed_by_gzip(BODY)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (content[:cut], content[cut:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert ask(start(always(Answer(raw=head + chunks))).url, first).User_Id == 7


@pytest.mark.parametrize(
    "coding",
    ["gzip, gzip", "gzip,gzip,gzip", "deflate, gzip", "br, gzip", "identity, gzip, br", "br", "zstd", "compress", "x"],
)
@pytest.mark.parametrize("at_login", [False, True])
def test_more_codings_and_others_are_refused_before_anything_is_unpacked(
    start: Start, ask: Ask, at_login: bool, coding: str
) -> None:
    """The rest of the response never comes: nobody waits for it."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 1000000000\r\n\r\n"
    refused = always(Answer(raw=head.encode() + packed_by_gzip(packed_by_gzip(b" " * MEGABYTE))))
    server = start(table(1), refused) if at_login else start(refused)
    with pytest.raises(UnexpectedResponseError, match="only gzip or deflate is supported") as caught:
        ask(server.url, first, timeout=5)
    assert caught.value.object == ("auth" if at_login else "user")


def test_codings_in_two_headers_are_two(start: Start, ask: Ask) -> None:
    content = packed_by_gzip(packed_by_gzip(BODY))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    with pytest.raises(UnexpectedResponseError, match="compressed as gzip, gzip"):
        ask(start(always(Answer(raw=head % len(content) + content))).url, first)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("at_login", [False, True])
def test_a_bomb_takes_no_memory(start: Start, ask: Ask, coding: str, at_login: bool) -> None:
    """64 kB of it, which come at once, would be 64 MB."""
    bomb: Script = always(packed(coding, PACKERS[coding](b" " * 64 * MEGABYTE)))
    server = start(table(1), bomb) if at_login else start(bomb)
    ask(start(table(1)).url, first)  # what is imported and made once is not counted
    tracemalloc.start()
    try:
        with pytest.raises(UnexpectedResponseError, match="more than 100,000 bytes"):
            ask(server.url, first, max_response_bytes=100_000)
        assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_an_answer_in_many_small_pieces_takes_its_size(start: Start, ask: Ask) -> None:
    chunks = b"1\r\n \r\n" * 100_000 + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = start(always(Answer(raw=head + chunks)))
    assert ask(server.url, first).User_Id == 7


@pytest.mark.parametrize("size", [999, 1000, 1001])
def test_what_counts_is_the_size_that_is_unpacked(start: Start, ask: Ask, size: int) -> None:
    server = start(always(packed("gzip", packed_by_gzip(BODY.ljust(size)))))
    if size <= 1000:
        assert ask(server.url, first, max_response_bytes=1000).User_Id == 7
    else:
        with pytest.raises(UnexpectedResponseError, match="more than 1,000 bytes"):
            ask(server.url, first, max_response_bytes=1000)


@pytest.mark.parametrize(
    "content",
    [b"no gzip", BODY, packed_by_gzip(BODY)[:-9], packed_by_gzip(BODY)[:5], packed_by_gzip(BODY) + b"x",
     packed_by_gzip(BODY) * 2, packed_by_gzip(BODY)[:-8] + b"\0" * 8],
)  # fmt: skip
def test_what_cannot_be_unpacked_is_an_error(start: Start, ask: Ask, content: bytes) -> None:
    with pytest.raises(TransportError, match=r"^user list: "):
        ask(start(always(packed("gzip", content))).url, first)


@pytest.mark.parametrize("status", [200, 204])
def test_an_empty_answer_may_say_that_it_is_packed(start: Start, ask: Ask, status: int) -> None:
    with pytest.raises(UnexpectedResponseError):
        ask(start(always(packed("gzip", b"", status=status))).url, first)


def test_an_answer_that_a_hook_has_read_is_not_unpacked_twice(start: Start) -> None:
    server = start(always(packed("gzip", packed_by_gzip(BODY))))
    with connect(server.url, event_hooks={"response": [lambda response: response.read()]}) as isp:
        found = isp.user.list().first()
    assert found is not None and found.User_Id == 7


def test_an_answer_of_a_transport_of_ones_own() -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        if "auth" in request.url.path:
            return httpx.Response(200, json={"token": "t"})
        return httpx.Response(200, content=packed_by_gzip(BODY), headers={"Content-Encoding": "gzip"})

    with connect("http://127.0.0.1", transport=httpx.MockTransport(serve)) as isp:
        found = isp.user.list().first()
    assert found is not None and found.User_Id == 7


def padded(size: int) -> Answer:
    """Return a list of one row with spaces behind it, so many bytes in all."""
    return Answer(b'[{"User_Id": 7}]'.ljust(size))


def test_an_answer_of_the_largest_size_is_read(start: Start, ask: Ask) -> None:
    server = start(always(padded(1000)))
    assert ask(server.url, lambda isp: isp.user.list(limit=1).one(), max_response_bytes=1000).User_Id == 7


def test_an_answer_of_a_byte_more_is_refused_and_its_rows_not_shown(start: Start, ask: Ask) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        ask(start(always(padded(1001))).url, first, max_response_bytes=1000)
    error = caught.value
    assert error.description == "the response has more than 1,000 bytes: … (the rest is not shown)"
    assert (error.code, error.status, error.object, error.action) == (None, 200, "user", "list")


def test_a_page_of_html_that_is_too_large_has_its_status(start: Start, ask: Ask) -> None:
    with pytest.raises(UnexpectedResponseError, match="<html>") as caught:
        ask(start(always(Answer(b"<html>" + b"x" * 5000, 500))).url, first, max_response_bytes=1000)
    assert caught.value.status == 500


def test_a_small_answer_that_unpacks_to_a_large_one_is_refused(start: Start, ask: Ask) -> None:
    packed = Answer(gzip.compress(b" " * 10_000_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(UnexpectedResponseError, match="more than 100,000 bytes"):
        ask(start(always(packed)).url, first, max_response_bytes=100_000)


def test_an_answer_that_says_it_is_large_is_not_waited_for(start: Start, ask: Ask) -> None:
    """The rest of it never comes."""
    endless = Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 5000)
    with pytest.raises(UnexpectedResponseError, match="more than 1,000 bytes: xxx"):
        ask(start(always(endless)).url, first, max_response_bytes=1000)


@pytest.mark.parametrize("answer", [packed("br", b"x", status=503), Answer(b"x" * 2000, 503)], ids=["coding", "size"])
def test_a_busy_server_is_waited_for_though_its_answer_cannot_be_read(
    start: Start, ask: Ask, waits: Waits, answer: Answer
) -> None:
    answer = replace(answer, headers={**answer.headers, "Retry-After": "7"})
    with pytest.raises(UnexpectedResponseError) as caught:
        ask(start(always(answer)).url, first, max_response_bytes=1000, retries=1)
    assert (caught.value.status, caught.value.retry_after, {*waits}) == (503, 7.0, {7.0})
