"""The URLs of servers and proxies, in both clients."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.conftest import Ask, Call, Start
from client.scripted import NO_TLS, connect, table
from deltasib_query import AsyncClient, ParameterError
from deltasib_query.client.wire import urls
from deltasib_query.client.wire.urls import check_url

FIRST: Call = lambda isp: isp.user.list().first()  # noqa: E731


@pytest.mark.parametrize(
    "url", ["http://isp.example", "http://10.0.0.1:1043", "http://[2001:db8::1]", "http://128.0.0.1"]
)
def test_an_address_that_is_not_encrypted_warns_where_the_client_is_made(url: str) -> None:
    with pytest.warns(UserWarning, match="the connection is not encrypted") as caught:
        connect(url)
    with pytest.warns(UserWarning, match="the connection is not encrypted"):
        AsyncClient(url, username="reseller", password="x", verify=NO_TLS)
    assert [warning.filename.endswith("scripted.py") for warning in caught] == [True]


LOCAL = ["http://localhost:1043", "http://LOCALHOST", "http://127.0.0.1", "http://127.9.9.9:80", "http://[::1]:1043"]


@pytest.mark.parametrize("url", [*LOCAL, "https://isp.example"])
def test_an_address_of_this_machine_does_not_warn(url: str) -> None:
    connect(url).close()


HOSTS = [
    "xn--a.example", "www.xn--a.example", "xn--.example", "xn--zzzzzzzzzzzz99999", "\u200d.example", "☃.net", "a..b",
    ".", "..", "a" * 64, f"é{'a' * 70}.example", "a." * 130 + "b", "1.2.3.256", "[::g]", "[::1", "a b", "a%20b", "a*b",
    "\ud800.com", "a\0b",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_nobody_can_look_up(ask: Ask, host: str) -> None:
    with pytest.raises(ParameterError, match=r"^url: "):
        ask(f"https://{host}:1043", FIRST)
    with pytest.raises(ParameterError, match=r"^proxy: "):
        ask("https://isp.example", FIRST, proxy=f"http://{host}:3128")


@given(st.text(max_size=80))
def test_whatever_host_is_given_the_url_is_checked_or_refused(host: str) -> None:
    with warnings.catch_warnings(), suppress(ParameterError):
        warnings.simplefilter("ignore")
        url = check_url(f"https://{host}")
        assert httpx.URL(url).raw_host.decode("ascii").encode("idna")


PROXIES: list[Any] = [
    5, b"http://127.0.0.1", True, ["http://127.0.0.1"], {"http://": "http://127.0.0.1"}, "", "127.0.0.1:3128", "http://",
    "ftp://127.0.0.1", "socks4://127.0.0.1", "http://127.0.0.1:99999", "http://127.0.0.1:0", "http://:3128",
    httpx.Proxy("http://127.0.0.1", auth=("a", 5)),  # type: ignore[arg-type]
    httpx.Proxy("http://"), httpx.Proxy("http://127.0.0.1", ssl_context=NO_TLS), "http://\ud800:x@127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("proxy", PROXIES, ids=lambda proxy: repr(proxy)[:40])
def test_a_proxy_that_is_none(ask: Ask, proxy: object) -> None:
    with pytest.raises(ParameterError, match=r"^proxy: "):
        ask("https://isp.example", FIRST, proxy=proxy)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_needs_an_extra(ask: Ask, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setattr(urls, "find_spec", lambda name: None)
    with pytest.raises(ParameterError, match=rf"^proxy: {scheme} needs socksio: pip install 'httpx\[socks\]'"):
        ask("https://isp.example", FIRST, proxy=f"{scheme}://127.0.0.1:1080")


def test_the_password_of_a_proxy_is_in_no_message(ask: Ask) -> None:
    with pytest.raises(ParameterError) as caught:
        ask("https://isp.example", FIRST, proxy="ftp://reseller:hunter2@127.0.0.1")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("account", "sent"), [("reseller:hunter2", "cmVzZWxsZXI6aHVudGVyMg=="), ("a:", "YTo=")])
def test_a_proxy_is_logged_in_at(start: Start, ask: Ask, account: str, sent: str) -> None:
    proxy = start(table(1))
    url = proxy.url.replace("//", f"//{account}@")
    with pytest.warns(UserWarning, match="not encrypted"):
        ask("http://isp.invalid:1043", FIRST, proxy=url)
    assert proxy.calls[0].headers["Proxy-Authorization"] == f"Basic {sent}"


@pytest.mark.parametrize("form", [str, httpx.Proxy])
def test_a_proxy_is_sent_through(start: Start, ask: Ask, form: Callable[[str], Any]) -> None:
    proxy = start(table(1))
    with pytest.warns(UserWarning, match="not encrypted"):
        assert ask("http://isp.invalid:1043", FIRST, proxy=form(proxy.url)).User_Id == 0
    assert [asked.headers["Host"] for asked in proxy.logins + proxy.calls] == ["isp.invalid:1043"] * 2


def test_the_proxies_of_the_environment_are_not_used(start: Start, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask(start(table(1)).url, FIRST, retries=0).User_Id == 0
