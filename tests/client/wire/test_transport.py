"""What httpx is given and does not do: hooks, transports of the callers, cookies, redirects, time-outs of steps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from client.conftest import Ask, Call, Start
from client.scripted import Answer, always, connect_async, table
from deltasib_query import Client, TransportError, UnexpectedResponseError, User

FIRST: Call = lambda isp: isp.user.list().first()  # noqa: E731


def test_no_cookies_are_kept(start: Start, ask: Ask) -> None:
    """PHP locks the session that a cookie names, so that requests with it are served one after another."""
    cookies = {"Set-Cookie": "PHPSESSID=abc; path=/"}
    rows = Answer(b'[{"User_Id": 7}]', headers=cookies)
    server = start(always(rows), always(Answer(b'{"token": "t"}', headers=cookies)))

    def several(isp: Any) -> Any:
        if isinstance(isp, Client):
            with ThreadPoolExecutor(8) as pool:
                return [*pool.map(lambda _: isp.user.list(limit=1).one(), range(16))]

        async def gather() -> Any:
            return await asyncio.gather(*[isp.user.list(limit=1).one() for _ in range(16)])

        return gather()

    assert len(ask(server.url, several)) == 16
    ask(server.url, FIRST)  # nor from one client to another
    assert [asked for asked in server.logins + server.calls if "Cookie" in asked.headers] == []


def test_a_login_of_the_environment_is_not_used(
    start: Start, ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    server = start(table(1))
    ask(server.url, FIRST)
    assert server.calls[0].headers["Authorization"] == "Bearer token1"
    assert "Authorization" not in server.logins[0].headers


@pytest.mark.parametrize("timeout", [0.1, httpx.Timeout(5, read=0.1)])
def test_an_answer_that_is_too_slow(start: Start, ask: Ask, timeout: Any) -> None:
    with pytest.raises(TransportError, match="ReadTimeout"):
        ask(start(always(Answer(hang=True))).url, FIRST, timeout=timeout, retries=0)


def hooks(ask: Ask, seen: list[Any]) -> dict[str, list[Callable[..., Any]]]:
    """Return hooks that collect requests and responses, of the kind that the client needs."""

    def collect(given: Any) -> None:
        seen.append(given)

    async def collect_async(given: Any) -> None:
        seen.append(given)

    hook = collect_async if ask.__name__ == "ask_async" else collect
    return {"request": [hook], "response": [hook]}


def test_hooks_see_every_request_and_response(start: Start, ask: Ask) -> None:
    seen: list[Any] = []
    server = start(table(1))
    ask(server.url, FIRST, event_hooks=hooks(ask, seen))
    assert [(type(each).__name__, str(each.url)) for each in seen] == [
        ("Request", f"{server.url}/1.0/auth/"),
        ("Response", f"{server.url}/1.0/auth/"),
        ("Request", f"{server.url}/1.0/user/"),
        ("Response", f"{server.url}/1.0/user/"),
    ]


def test_hooks_see_no_query(start: Start, ask: Ask) -> None:
    seen: list[Any] = []
    ask(start(table(1)).url, lambda isp: isp.user.list(User.Name == "zoleikha").first(), event_hooks=hooks(ask, seen))
    requests = [each if isinstance(each, httpx.Request) else each.request for each in seen]
    assert {request.url.query for request in requests} == {b""}
    assert not any("zoleikha" in f"{request!r}{request.url}{request.headers!r}" for request in requests)


def test_what_hooks_can_print_of_a_request_has_no_query(start: Start, ask: Ask) -> None:
    seen: list[Any] = []
    ask(start(table(1)).url, lambda isp: isp.user.list(User.Name == "zoleikha").first(), event_hooks=hooks(ask, seen))
    assert [each for each in seen if "zoleikha" in repr(vars(each))] == []


def test_hooks_cannot_lose_the_query(start: Start, ask: Ask) -> None:
    server = start(table(1))
    ask(server.url, lambda isp: isp.user.list(User.Name == "ali").first(), event_hooks=hooks(ask, []))
    assert server.calls[0].parameters["Filter"] == "Name = 'ali'"


def test_a_transport_of_the_callers_is_sent_through() -> None:
    asked: list[tuple[str, str, bytes]] = []

    class Transport(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append((request.method, request.url.path, request.url.query))
            return httpx.Response(200, json={"token": "t"} if request.method == "POST" else {"Status_Id": 3})

    async def main() -> int | None:
        async with connect_async("https://isp.example", transport=Transport()) as isp:
            return (await isp.user_status.current_status(user_id=7)).Status_Id

    assert asyncio.run(main()) == 3
    assert asked == [
        ("POST", "/1.0/auth/", b""),
        ("GET", "/1.0/user.status/", b"Action=currentstatus&User_Id=7"),
    ]


def test_a_transport_of_the_callers_is_closed_with_the_client() -> None:
    closed: list[bool] = []

    class Transport(httpx.AsyncBaseTransport):
        async def aclose(self) -> None:
            closed.append(True)

    async def main() -> None:
        async with connect_async("https://isp.example", transport=Transport()):
            pass

    asyncio.run(main())
    assert closed == [True]


def test_a_redirect_is_not_followed(start: Start, ask: Ask) -> None:
    elsewhere = start(table(1))
    server = start(always(Answer(b"", 307, {"Location": f"{elsewhere.url}/1.0/user/"})))
    with pytest.raises(UnexpectedResponseError):
        ask(server.url, FIRST)
    assert (elsewhere.logins, elsewhere.calls) == ([], [])
