"""How a client reaches its server: certificates, proxies, limits, hooks, timeouts, versions, in both clients."""

from __future__ import annotations

import asyncio
import gzip
import os
import ssl
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from math import nan
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trustme import CA

from client.conftest import Ask, Call, Start
from client.scripted import NO_TLS, Answer, Scripted, always, as_json, connect, connect_async, table, user
from deltasib_query import AsyncClient, Client, ParameterError, TransportError, UnexpectedResponseError, User
from deltasib_query.client.wire import connection

FIRST: Call = lambda isp: isp.user.list().first()  # noqa: E731
AUTHORITY = CA()
LEAF = AUTHORITY.issue_cert("127.0.0.1")


@pytest.fixture(scope="module")
def secure() -> Iterator[Scripted]:
    """A server whose certificate is signed by an authority that nobody knows."""
    with Scripted(table(1), certificate=LEAF) as server:
        yield server


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return path


def test_a_certificate_that_nobody_trusts_is_refused(secure: Scripted, ask: Ask) -> None:
    with pytest.raises(TransportError, match="certificate verify failed"):
        ask(secure.url, FIRST, verify=True, retries=0)


@pytest.mark.parametrize("form", [str, Path])
def test_a_file_of_certificates_is_trusted(
    secure: Scripted, ask: Ask, trusted: Path, form: Callable[[Path], str | Path]
) -> None:
    assert ask(secure.url, FIRST, verify=form(trusted)).User_Id == 0


def test_a_context_is_taken_as_it_is(secure: Scripted, ask: Ask, trusted: Path) -> None:
    assert ask(secure.url, FIRST, verify=ssl.create_default_context(cafile=trusted)).User_Id == 0


def test_no_verification_takes_any_certificate_and_warns(secure: Scripted, ask: Ask) -> None:
    with pytest.warns(UserWarning, match="certificate is not verified"):
        assert ask(secure.url, FIRST, verify=False).User_Id == 0


def test_no_verification_warns_where_the_client_is_made() -> None:
    with pytest.warns(UserWarning, match="certificate is not verified") as caught:
        AsyncClient("https://isp.example", username="reseller", password="x", verify=False)
    assert [warning.filename for warning in caught] == [__file__]


def test_verification_does_not_warn(secure: Scripted, ask: Ask, trusted: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask(secure.url, FIRST, verify=trusted)


@pytest.fixture
def leaf(tmp_path: Path) -> Path:
    """The certificate of a server, without that of the authority which has signed it."""
    path = tmp_path / "server.pem"
    LEAF.cert_chain_pems[0].write_to_path(str(path))
    return path


def test_the_certificate_of_a_private_authority_can_be_trusted_alone(secure: Scripted, ask: Ask, leaf: Path) -> None:
    assert ask(secure.url, FIRST, verify=leaf).User_Id == 0


def test_a_certificate_of_another_host_is_refused_though_it_is_trusted(ask: Ask, tmp_path: Path) -> None:
    certificate = AUTHORITY.issue_cert("isp.example")
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "server.pem"))
    with (
        Scripted(table(1), certificate=certificate) as server,
        pytest.raises(TransportError, match="certificate verify"),
    ):
        ask(server.url, FIRST, verify=tmp_path / "server.pem", retries=0)


def test_the_tutorials_recipe_trusts_one_certificate_whatever_host_it_names(ask: Ask, tmp_path: Path) -> None:
    tutorial = (Path(__file__).parents[3] / "docs/tutorial.md").read_text(encoding="utf-8")
    recipe: dict[str, Any] = {}
    exec(tutorial.partition("```python\nimport ssl\n")[2].partition("```")[0], {"ssl": ssl}, recipe)
    named, other = AUTHORITY.issue_cert("isp.example"), AUTHORITY.issue_cert("isp.example")
    with Scripted(table(1), certificate=named) as server:
        for certificate in (named, other):
            certificate.cert_chain_pems[0].write_to_path(str(tmp_path / f"{certificate is named}.pem"))
        assert ask(server.url, FIRST, verify=recipe["only"](tmp_path / "True.pem")).User_Id == 0
        with pytest.raises(TransportError, match="certificate verify failed"):
            ask(server.url, FIRST, verify=recipe["only"](tmp_path / "False.pem"), retries=0)


def test_another_certificate_of_the_same_authority_is_not_trusted(secure: Scripted, ask: Ask, tmp_path: Path) -> None:
    AUTHORITY.issue_cert("127.0.0.1").cert_chain_pems[0].write_to_path(str(tmp_path / "server.pem"))
    with pytest.raises(TransportError, match="certificate verify failed"):
        ask(secure.url, FIRST, verify=tmp_path / "server.pem", retries=0)


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
def test_whatever_host_is_given_a_client_is_made_or_the_url_refused(host: str) -> None:
    with warnings.catch_warnings(), suppress(ParameterError):
        warnings.simplefilter("ignore")
        url = connect(f"https://{host}")._settings.url
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
    monkeypatch.setattr(connection, "find_spec", lambda name: None)
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


WRONG_LIMITS: list[Any] = [
    None, 5, "20", (20, 20), {"max_connections": 5},
    *[httpx.Limits(max_connections=count) for count in (0, -1, 1.5, "5", True)],  # type: ignore[arg-type]
    *[httpx.Limits(max_keepalive_connections=count) for count in (-1, 1.5, "5", True)],  # type: ignore[arg-type]
    *[httpx.Limits(keepalive_expiry=seconds) for seconds in (-1, nan, "5", True)],  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize("limits", WRONG_LIMITS, ids=repr)
def test_limits_that_are_none(ask: Ask, limits: object) -> None:
    with pytest.raises(ParameterError, match=r"^limits: "):
        ask("https://isp.example", FIRST, limits=limits)


NO_CERTIFICATES = {
    "folder": None,
    "empty": b"",
    "text": b"certificate",
    "binary": bytes(range(256)),
    "broken": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "key": LEAF.private_key_pem.bytes(),
}


@pytest.fixture(params=[*NO_CERTIFICATES, "missing"])
def no_certificates(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "wrong"
    if request.param != "missing":
        content = NO_CERTIFICATES[request.param]
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)
    return path


def test_what_is_no_file_of_certificates(ask: Ask, no_certificates: Path) -> None:
    for form in (str, Path):
        with pytest.raises(ParameterError, match=rf"^verify: {no_certificates} is no file of certificates \("):
            ask("https://isp.example", FIRST, verify=form(no_certificates))


@pytest.mark.parametrize("path", ["", "a\0b", "\ud800"])
def test_a_path_that_is_none(ask: Ask, path: str) -> None:
    with pytest.raises(ParameterError, match=r"^verify: "):
        ask("https://isp.example", FIRST, verify=path)


def test_a_variable_that_names_no_file_of_certificates(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, no_certificates: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(no_certificates))
    with pytest.raises(ParameterError, match=rf"^SSL_CERT_FILE: {no_certificates} is no file of certificates \("):
        ask("https://isp.example", FIRST, verify=True)


def test_a_variable_that_names_no_folder(ask: Ask, monkeypatch: pytest.MonkeyPatch, trusted: Path) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    for folder in (str(trusted), "/nowhere", f"/nowhere{os.pathsep}/neither"):
        monkeypatch.setenv("SSL_CERT_DIR", folder)
        with pytest.raises(ParameterError, match=rf"^SSL_CERT_DIR: {folder} is no folder$"):
            ask("https://isp.example", FIRST, verify=True)


def test_the_certificates_of_the_environment_are_trusted(
    secure: Scripted, ask: Ask, monkeypatch: pytest.MonkeyPatch, trusted: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    assert ask(secure.url, FIRST, verify=True).User_Id == 0


@pytest.mark.parametrize("name", ["", "missing/keys"])
@pytest.mark.parametrize("verify", ["file", True])
def test_a_file_of_keys_that_cannot_be_written(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trusted: Path, name: str, verify: object
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / name))
    with pytest.raises(ParameterError, match=rf"^SSLKEYLOGFILE: {tmp_path / name} cannot be written \("):
        ask("https://isp.example", FIRST, verify=trusted if verify == "file" else verify)


def test_a_file_of_certificates_is_to_blame_before_that_of_keys(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path))
    with pytest.raises(ParameterError, match=r"^verify: "):
        ask("https://isp.example", FIRST, verify=tmp_path / "missing.pem")


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


def test_a_file_of_certificates_that_is_missing(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"^verify: .*missing\.pem"):
        ask("https://isp.example", FIRST, verify=tmp_path / "missing.pem")


@pytest.mark.parametrize("verify", [None, 1, 0, b"ca.pem"])
def test_a_verification_of_another_type(ask: Ask, verify: object) -> None:
    with pytest.raises(ParameterError, match=r"^verify: "):
        ask("https://isp.example", FIRST, verify=verify)


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


def test_another_version_is_asked_for_by_its_path(start: Start, ask: Ask) -> None:
    server = start(lambda asked: as_json({"token": "t"} if asked.path.endswith("/auth/") else [user(1)]))
    assert ask(server.url, FIRST, version="2.5").User_Id == 1
    assert [asked.path for asked in server.calls] == ["/2.5/auth/", "/2.5/user/"]


@pytest.mark.parametrize("version", ["", "1.0/", "../1.0", "1.0?x", "v1", "1.", "۱.۰"])
def test_a_version_of_another_form(ask: Ask, version: str) -> None:
    with pytest.raises(ParameterError, match=r"^version: "):
        ask("https://isp.example", FIRST, version=version)


@pytest.mark.parametrize("version", [None, 1.0, b"1.0"])
def test_a_version_that_is_no_text(ask: Ask, version: object) -> None:
    with pytest.raises(ParameterError, match=r"^version: "):
        ask("https://isp.example", FIRST, version=version)


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


FORKS = """
import os, sys
from deltasib_query import Client, TransportError
used = sys.argv[2] == "used"
with Client(sys.argv[1], username="reseller", password="x") as isp:
    if used:
        isp.user.list().first()
    for _ in range(2):
        child = os.fork()
        if not child:
            try:
                isp.user.list().first()
            except TransportError as error:
                os._exit(3 if str(error) == "the client is of another process: make one in each" else 4)
            os._exit(5)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == (3 if used else 5)
    isp.user.list().first()
"""


@pytest.mark.parametrize(("use", "asked"), [("used", 2), ("unused", 3)])
def test_a_client_in_use_asks_nothing_in_a_fork(start: Start, use: str, asked: int) -> None:
    """Two processes at one connection would read each other's answers."""
    server = start(table(1))
    subprocess.run([sys.executable, "-W", "error", "-c", FORKS, server.url, use], check=True, timeout=60)
    assert (len(server.calls), len(server.logins)) == (asked, 1 if use == "used" else 3)


def test_a_client_asks_nothing_in_another_event_loop(start: Start) -> None:
    server = start(table(1))
    client = connect_async(server.url)
    another = pytest.raises(TransportError, match="of another event loop: make one where the loop runs")
    with asyncio.Runner() as runner:
        assert runner.run(client.user.list().first()) is not None
        with another:
            asyncio.run(client.user.list().first())
        with another:
            asyncio.run(client.close())
        assert runner.run(client.user.list().first()) is not None
        runner.run(client.close())


def padded(size: int) -> Answer:
    """Return a list of one row with spaces behind it, so many bytes in all."""
    return Answer(b'[{"User_Id": 7}]'.ljust(size))


def test_an_answer_of_the_largest_size_is_read(start: Start, ask: Ask) -> None:
    server = start(always(padded(1000)))
    assert ask(server.url, lambda isp: isp.user.list(limit=1).one(), largest_answer=1000).User_Id == 7


def test_an_answer_of_a_byte_more_is_refused_and_its_rows_not_shown(start: Start, ask: Ask) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        ask(start(always(padded(1001))).url, FIRST, largest_answer=1000)
    error = caught.value
    assert error.description == "the answer has more than 1,000 bytes: … (the rest is not shown)"
    assert (error.code, error.status, error.object, error.action) == (None, 200, "user", "list")


def test_a_page_of_html_that_is_too_large_has_its_status(start: Start, ask: Ask) -> None:
    with pytest.raises(UnexpectedResponseError, match="<html>") as caught:
        ask(start(always(Answer(b"<html>" + b"x" * 5000, 500))).url, FIRST, largest_answer=1000)
    assert caught.value.status == 500


def test_a_small_answer_that_unpacks_to_a_large_one_is_refused(start: Start, ask: Ask) -> None:
    packed = Answer(gzip.compress(b" " * 10_000_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(UnexpectedResponseError, match="more than 100,000 bytes"):
        ask(start(always(packed)).url, FIRST, largest_answer=100_000)


def test_an_answer_that_says_it_is_large_is_not_waited_for(start: Start, ask: Ask) -> None:
    """The rest of it never comes."""
    endless = Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 5000)
    with pytest.raises(UnexpectedResponseError, match="more than 1,000 bytes: xxx"):
        ask(start(always(endless)).url, FIRST, largest_answer=1000)


@pytest.mark.parametrize("largest", [-1, 1.0, "5", None, True])
def test_a_largest_answer_that_is_no_number(ask: Ask, largest: object) -> None:
    with pytest.raises(ParameterError, match=r"^largest_answer: "):
        ask("https://isp.example", FIRST, largest_answer=largest)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("url", ""),
        ("url", None),
        ("url", httpx.URL("https://isp.example")),
        ("username", ""),
        ("username", "x" * 33),
        ("username", None),
        ("password", b"x"),
    ],
)
def test_an_account_or_address_that_is_none(option: str, value: object) -> None:
    arguments: dict[str, Any] = {"url": "https://isp.example", "username": "reseller", "password": "x", option: value}
    with pytest.raises(ParameterError) as caught:
        AsyncClient(**arguments, verify=NO_TLS)
    assert caught.value.parameter == option


def test_a_redirect_is_not_followed(start: Start, ask: Ask) -> None:
    elsewhere = start(table(1))
    server = start(always(Answer(b"", 307, {"Location": f"{elsewhere.url}/1.0/user/"})))
    with pytest.raises(UnexpectedResponseError):
        ask(server.url, FIRST)
    assert (elsewhere.logins, elsewhere.calls) == ([], [])
