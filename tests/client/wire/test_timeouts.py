"""An attempt ends within its total time-out, however slowly a server goes on, and leaves no connection behind."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import pytest
from trustme import CA

from client.conftest import Ask, Call, Start
from client.scripted import (
    DONE,
    NO_TLS,
    Answer,
    Scripted,
    always,
    as_json,
    connect,
    connect_async,
    each_byte,
    in_turn,
    table,
)
from deltasib_query import ParameterError, TransportError
from deltasib_query.client.wire.network import PoolTransport, attempt_until

FIRST: Call = lambda isp: isp.user.list().first()  # noqa: E731
ADD: Call = lambda isp: isp.user.add("ali", "secret")  # noqa: E731
HEAD = Answer(raw=b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000, drip=True)
STATUS_LINE = Answer(raw=b"HTTP/1.1 200 " + b"x" * 1000, drip=True)
INTERIM = Answer(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 100, drip=True)
BODY = Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000, drip=True)
CHUNKED = Answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 500, drip=True)
SLOW = {"head": HEAD, "status line": STATUS_LINE, "interim answers": INTERIM, "body": BODY, "chunks": CHUNKED,
        "nothing": Answer(hang=True)}  # fmt: skip
SHORT: dict[str, Any] = {"total_timeout": 0.3, "retries": 0}


def too_slow(what: str = "user list") -> Any:
    return pytest.raises(TransportError, match=rf"^{what}: no response from .* within 0\.3 seconds \(total_timeout\)$")


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_that_drips_ends_with_its_attempt(start: Start, ask: Ask, name: str) -> None:
    server = start(always(SLOW[name]))
    with too_slow() as caught:
        ask(server.url, FIRST, **SHORT)
    assert caught.value.transient
    assert server.is_left() or name == "nothing"


@pytest.mark.parametrize("name", SLOW)
def test_no_time_outs_of_steps_are_needed(start: Start, ask: Ask, name: str) -> None:
    with too_slow():
        ask(start(always(SLOW[name])).url, FIRST, **SHORT, timeout=None)


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_that_drips_through_tls_ends_with_its_attempt(ask: Ask, name: str) -> None:
    authority = CA()
    with Scripted(always(SLOW[name]), certificate=authority.issue_cert("127.0.0.1")) as server, too_slow():
        ask(server.url, FIRST, total_timeout=0.3, retries=0, verify=trusting(authority))


def trusting(authority: CA) -> Any:
    context = httpx.create_ssl_context(verify=False)
    context.verify_mode = NO_TLS.verify_mode
    authority.configure_trust(context)
    return context


@pytest.mark.parametrize("name", SLOW)
def test_a_login_that_drips_ends_with_its_attempt_and_is_tried_again(start: Start, ask: Ask, name: str) -> None:
    server = start(always(DONE), in_turn(SLOW[name], as_json({"token": "t"})))
    with too_slow("auth gettoken"):
        ask(server.url, FIRST, **SHORT)
    server = start(always(DONE), in_turn(SLOW[name], as_json({"token": "t"})))
    assert ask(server.url, ADD, total_timeout=0.3) is None  # nothing had been sent yet, though it is a write
    assert (len(server.logins), len(server.calls)) == (2, 1)


def test_a_read_that_took_too_long_is_tried_again_on_another_connection(start: Start, ask: Ask) -> None:
    server = start(in_turn(BODY, HEAD, table(1)))
    assert ask(server.url, FIRST, total_timeout=0.3).User_Id == 0
    assert (len(server.calls), len(server.logins)) == (3, 1)


@pytest.mark.parametrize("name", SLOW)
def test_a_write_that_took_too_long_is_not_tried_again(start: Start, ask: Ask, name: str) -> None:
    server = start(in_turn(SLOW[name], DONE))
    with too_slow("user add"):
        ask(server.url, ADD, total_timeout=0.3)
    assert len(server.calls) == 1


def test_a_slow_answer_that_comes_in_time_is_read(start: Start, ask: Ask) -> None:
    body = b'[{"User_Id": 7}]'
    slow = Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + body, drip=True)
    assert ask(start(always(slow)).url, FIRST, total_timeout=60, timeout=5).User_Id == 7
    assert ask(start(always(slow)).url, FIRST, total_timeout=None, timeout=5).User_Id == 7


def test_the_time_out_of_a_step_still_holds(start: Start, ask: Ask) -> None:
    with pytest.raises(TransportError, match="ReadTimeout"):
        ask(start(always(Answer(hang=True))).url, FIRST, timeout=0.1, total_timeout=60, retries=0)


@contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Give every connection to a function, in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as stack:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(stack.enter_context(connection),), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def drip(connection: socket.socket) -> None:
    """Begin a record of TLS, and send one byte of it after the other."""
    with suppress(OSError):
        for byte in each_byte(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc" + b"\x03" * 1000):
            connection.sendall(byte)
            time.sleep(0.02)


def test_a_handshake_that_drips_ends_with_its_attempt(ask: Ask) -> None:
    with warnings.catch_warnings(record=True) as caught, raw_server(drip) as host:
        warnings.simplefilter("always")
        with too_slow("auth gettoken"):
            ask(f"https://{host}", FIRST, **SHORT)
        gc.collect()
    assert [str(warning.message) for warning in caught] == []  # such as of a connection that was left open


def test_a_connection_that_is_never_accepted_ends_with_its_attempt(ask: Ask) -> None:
    with socket.socket() as listener, ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):  # the queue is full then, and the system answers no further connection
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        with too_slow("auth gettoken"):
            ask(f"http://127.0.0.1:{listener.getsockname()[1]}", FIRST, **SHORT)


def test_a_host_of_several_addresses_has_one_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def refuse(address: Any, timeout: float, **_: Any) -> Any:
        asked.append(timeout)
        time.sleep(0.1)
        raise TimeoutError

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{last}", 80)) for last in range(1, 100)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", refuse)
    with connect("https://isp.example", total_timeout=0.3, retries=0) as isp, too_slow("auth gettoken"):
        isp.user.list().first()
    assert asked == sorted(asked, reverse=True)
    assert len(asked) <= 3


def test_a_server_that_does_not_take_what_is_sent_ends_with_its_attempt() -> None:
    def take_a_little(connection: socket.socket) -> None:
        with suppress(OSError):
            while connection.recv(1000):
                time.sleep(0.02)

    with raw_server(take_a_little) as host, httpx.Client(transport=PoolTransport(NO_TLS, httpx.Limits(), None)) as http:
        began = time.monotonic()
        with (
            attempt_until(began + 0.3),
            pytest.raises(Exception, match=r"total_timeout|timed out"),
        ):
            http.post(f"http://{host}", content=b"x" * 50_000_000, timeout=None)
        assert time.monotonic() - began < 30


def test_time_spent_waiting_for_a_connection_does_not_count(start: Start) -> None:
    takes_a_second = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"
    slow = Answer(raw=takes_a_second, drip=True)
    server = start(always(slow))
    options: dict[str, Any] = {"total_timeout": 2, "retries": 0, "limits": httpx.Limits(max_connections=1)}
    with connect(server.url, **options) as isp, ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda _: isp.user.list().first(), range(3))) == [None] * 3

    async def main() -> list[Any]:
        async with connect_async(server.url, **options) as isp:
            return await asyncio.gather(*[isp.user.list().first() for _ in range(3)])

    assert asyncio.run(main()) == [None] * 3


def test_a_transport_of_the_callers_is_stopped_within_a_body(start: Start) -> None:
    server = start(always(BODY))
    with connect(server.url, **SHORT, transport=httpx.HTTPTransport()) as isp, too_slow():
        isp.user.list().first()
    assert server.is_left()


def test_a_transport_of_the_callers_gets_no_longer_for_a_step(start: Start) -> None:
    with connect(start(always(Answer(hang=True))).url, **SHORT, transport=httpx.HTTPTransport()) as isp, too_slow():
        isp.user.list().first()


@pytest.mark.parametrize("timeout", [0.3, None])
def test_an_async_transport_of_the_callers_is_cancelled(start: Start, timeout: float | None) -> None:
    async def main() -> None:
        options: dict[str, Any] = {**SHORT, "timeout": timeout, "transport": httpx.AsyncHTTPTransport()}
        async with connect_async(start(always(HEAD)).url, **options) as isp:
            with too_slow():
                await isp.user.list().first()

    asyncio.run(main())


WRONG = [0, -1, float("nan"), float("inf"), 10**400, "5", True, (1, 2), b"", [5]]


@pytest.mark.parametrize("parameter", ["timeout", "total_timeout"])
@pytest.mark.parametrize("seconds", WRONG)
def test_seconds_that_are_none(ask: Ask, parameter: str, seconds: Any) -> None:
    with pytest.raises(ParameterError, match=rf"^{parameter}: seconds"):
        ask("https://isp.example", FIRST, **{parameter: seconds})


@pytest.mark.parametrize("seconds", WRONG)
@pytest.mark.parametrize("step", ["connect", "read", "write", "pool"])
def test_a_time_out_of_a_step_that_is_none(ask: Ask, step: str, seconds: Any) -> None:
    with pytest.raises(ParameterError, match=r"^timeout: seconds"):
        ask("https://isp.example", FIRST, timeout=httpx.Timeout(5, **{step: seconds}))
