"""`console`: who is let in, the rows and files that its page gets, and what the page is told of a server that fails."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from consoles import COMMAND, HOSTILE, Console, account_of, console
from deltasib_query import Client
from deltasib_query.cli.page.lists import OFFERS
from deltasib_query.sandbox import Faults, Sandbox
from deltasib_query.service.objects import RECORDS
from processes import running

from .conftest import Run, environment
from .forked import LONGEST

pytestmark = pytest.mark.heavy

PUBLIC = ("/", "/console.css", "/console.js", "/deltasib-filter.js")
ALI = "Name like 'علی%' and User_Id > 100"


@pytest.fixture(scope="module")
def page() -> Iterator[Console]:
    """A console with a sandbox of 300 customers."""
    with console(environment(), "--users", "300") as page:
        yield page


@pytest.fixture
def live() -> Iterator[Any]:
    """Start a console for a sandbox of the test."""
    with ExitStack() as stack:

        def start(*arguments: str, **options: Any) -> Console:
            sandbox = stack.enter_context(Sandbox(**options))
            return stack.enter_context(console(environment(**account_of(sandbox)), "--live", *arguments))

        yield start


def ask_and_leave(page: Console, seconds: float) -> None:
    """Ask for rows, and go away before they are there."""
    body, headers = {"list": "User", "count": 5}, {"console-token": page.token}
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{page.url}/rows", json=body, headers=headers, timeout=seconds, trust_env=False)


def get(page: Console, path: str, **headers: str) -> httpx.Response:
    return httpx.get(page.url + path, headers=headers, trust_env=False, timeout=60)


# Who is let in


@pytest.mark.parametrize("path", PUBLIC)
def test_the_files_of_the_page_need_no_token(page: Console, path: str) -> None:
    response = get(page, path)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert "script-src 'self'; style-src 'self'; connect-src 'self'" in response.headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in response.headers["content-security-policy"]
    assert page.token not in response.text


@pytest.mark.parametrize("path", ["/start", "/rows", "/programs", "/assist/User/check", "/assist/User/explain", "/x"])
@pytest.mark.parametrize("token", ["", "x", "x" * 1000])
def test_everything_else_needs_the_token(page: Console, path: str, token: str) -> None:
    response = page.post(path, {"list": "User"}, **{"console-token": token})
    assert (response.status_code, response.text) == (
        403,
        "Open the address that the console has printed: it holds a token.",
    )


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost.evil.example:{port}", ""]
)
@pytest.mark.parametrize("path", ["/", "/console.js", "/start"])
def test_a_name_that_somebody_points_at_this_machine_is_refused(page: Console, path: str, host: str) -> None:
    port = page.url.rpartition(":")[2]
    headers = {"host": host.format(port=port), "console-token": page.token}
    assert get(page, path, **headers).status_code in {400, 403}


def test_localhost_is_this_machine(page: Console) -> None:
    assert get(page, "/", host=f"localhost:{page.url.rpartition(':')[2]}").status_code == 200


def test_other_machines_cannot_connect(page: Console) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", int(page.url.rpartition(":")[2])), 10)


@pytest.mark.parametrize("path", ["/start", "/rows", "/programs"])
def test_no_filter_is_in_an_address(page: Console, path: str) -> None:
    assert get(page, f"{path}?list=User", **{"console-token": page.token}).status_code == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"list": "User", "x": 1}', 422),
        ('{"list": "Nobody"}', 422),
        ('{"list": ["User"]}', 422),
        ('{"list": "User", "count": 0}', 422),
        ("[", 422),
        (" " * 300_000, 413),
    ],
)
def test_what_the_page_never_sends_is_refused(page: Console, body: str, status: int) -> None:
    headers = {"console-token": page.token}
    response = httpx.post(f"{page.url}/rows", content=body, headers=headers, trust_env=False, timeout=60)
    assert response.status_code == status


# What the page shows


def test_the_page_knows_every_list_in_both_languages(page: Console) -> None:
    start = page.post("/start", {}).json()
    assert start["source"] == {"users": 300}
    for language in ("en", "fa"):
        words, lists = start["languages"][language]["words"], start["languages"][language]["lists"]
        assert [each["name"] for each in lists] == [record.__name__ for record in RECORDS]
        assert all(len(each["examples"]) == 3 and f"list.{each['name']}" in words for each in lists)
    user = start["languages"]["fa"]["lists"][0]
    assert user["columns"][1] == {"name": "Username", "label": "نام کاربری", "number": False}


@pytest.mark.parametrize("name", OFFERS)
def test_the_examples_of_a_list_find_rows(page: Console, name: str) -> None:
    user_id = "1" if OFFERS[name].customer == "required" else None
    for example in OFFERS[name].examples:
        first = page.rows(name, example, user_id=user_id)[0]
        assert first["rows"], example


def test_rows_come_page_by_page_and_none_is_lost(page: Console) -> None:
    with Client(page.account["DELTASIB_URL"], username="reseller", password="sandbox") as isp:
        wanted = [str(user.User_Id) for user in isp.user.list()]
    shown: list[str] = []
    token = None
    for _ in range(10):
        lines = page.rows(count=40, token=token)
        assert lines[0].keys() == {"rows", "unreadable", "token"}
        for line in lines[:-1]:
            shown += [row[0] for row in line["rows"]]
            token = line["token"]
        if lines[-1]["end"]:
            break
    assert shown == wanted and len(shown) == 300


def test_customers_are_found(page: Console) -> None:
    lines = page.rows(filter=ALI)
    assert lines[0]["rows"][0][:4] == ["107", "ali.nikpour107", "علی", "نیک‌پور"]
    assert all(int(row[0]) > 100 and row[2].startswith("علی") for row in lines[0]["rows"])


def test_the_end_is_told_with_the_last_rows(page: Console) -> None:
    lines = page.rows(filter="User_Id <= 3")
    assert [len(line.get("rows", ())) for line in lines] == [3, 0]
    assert lines[-1]["end"] is True


def test_no_rows(page: Console) -> None:
    assert page.rows(filter="User_Id = 0") == [{"end": True}]


def test_what_a_customer_has_left(page: Console) -> None:
    lines = page.rows("UserCreditInfo", user_id="2")
    assert lines[0]["rows"][0][:2] == ["2", "09121234567"]


def test_persian_digits_name_a_customer(page: Console) -> None:
    assert len(page.rows("UserPayment", user_id="۱")[0]["rows"]) == 3


@pytest.mark.parametrize("user_id", [None, "ali", "-1", "9" * 20])
def test_a_list_of_a_customer_needs_an_id(page: Console, user_id: str | None) -> None:
    (line,) = page.rows("UserPayment", user_id=user_id)
    assert line["error"]["kind"] == "ParameterError"
    assert line["error"]["said"]["en"] != line["error"]["said"]["fa"]


def test_a_wrong_filter_says_what_is_wrong_and_how_to_mend_it(page: Console) -> None:
    (line,) = page.rows(filter="Usernme = 'ali'")
    assert line["error"]["kind"] == "UnknownFieldError"
    assert "Usernme" in json.dumps(line["error"]["said"]["en"])


def test_a_token_of_another_list_is_refused(page: Console) -> None:
    token = page.rows(count=5)[0]["token"]
    (line,) = page.rows("Service", token=token)
    assert line["error"]["kind"] == "ResumeError"


def test_hostile_rows_stay_text_and_nothing_invisible_turns_them_round(live: Any) -> None:
    (first, second, third), _ = (line.get("rows") for line in live(rows=HOSTILE).rows())
    assert first[1:] == ["<img src=x onerror=alert(1)>", "\\u202egnp.exe", "=cmd|'/c'!A1", None]
    assert second[2:] == ["علی\u200cرضا", None, "line\\nbreak\\ttab \\u2066x\\u2069"]
    assert third[1:] == ["</td><script>alert(2)</script>", None, "", None]


def test_rows_that_cannot_be_read_are_shown_as_they_came(live: Any) -> None:
    def distort(data: object) -> object:
        return [{**row, "User_Id": "many"} for row in data] if isinstance(data, list) else data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Faults, "distorted", lambda _self, data: distort(data))
        page = live(users=2)
        lines = page.rows()
    assert [row[0] for row in lines[0]["rows"]] == ["many", "many"]
    assert lines[0]["unreadable"] == 2


# What is taken away

SEARCHES = [
    {"list": "User", "filter": "Username like 'ali%' and User_Id <= 200"},
    {"list": "User", "filter": "family='O''Reilly'", "fields": ["Family", "Username"]},
    {"list": "User", "filter": "Address like '%50\\%%' or Name = '\"$HOME`id`!\"' or Username = 'ali'"},
    {"list": "User", "filter": "", "fields": ["User_Id"]},
    {"list": "UserPayment", "filter": "Price < 0", "user_id": "1"},
    {"list": "UserCreditInfo", "filter": "User_Id <= 3", "fields": ["User_Id"]},
    {"list": "UserServiceBase", "filter": "", "user_id": "۱", "fields": ["CDT"]},
    {"list": "OnlineRadiusUser", "filter": "Nas_Id >= 0"},
    {"list": "Service", "filter": "ServiceName like '%ماهه%' and Price > 1000.5"},
]


def shown_keys(page: Console, search: dict[str, Any]) -> list[str]:
    return [row[0] for line in page.rows(**search, count=1000) for row in line.get("rows", ())]


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["list"])
def test_the_program_prints_the_same_rows(page: Console, search: dict[str, Any]) -> None:
    program = page.post("/programs", search).json()["python"]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], capture_output=True, text=True, encoding="utf-8",
        env=environment(**page.account), timeout=LONGEST,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    keys = [re.match(r"\w+_Id=(\d+)", line)[1] for line in done.stdout.splitlines()]  # type: ignore[index]
    assert keys == shown_keys(page, search) != []


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["list"])
def test_the_command_line_prints_the_same_rows(page: Console, run: Run, search: dict[str, Any]) -> None:
    command = page.post("/programs", search).json()["command"]
    words = subprocess.run(["sh", "-c", f"printf '%s\\0' {command}"], capture_output=True, check=True, timeout=LONGEST)
    name, *arguments = words.stdout.decode().split("\0")[:-1]
    done = run(*arguments, "--format", "csv", **page.account)
    assert (name, done.status) == ("deltasib-query", 0)
    rows = list(csv.reader(io.StringIO(done.out)))
    assert [row[0] for row in rows[1:]] == shown_keys(page, search)


def test_the_filter_that_is_copied_is_the_canonical_one(page: Console) -> None:
    copied = page.post("/programs", {"list": "User", "filter": " username='ali'  AND User_Id>=1 "}).json()
    assert copied["filter"] == "Username = 'ali' and User_Id >= 1"


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["list"])
def test_the_file_is_what_list_writes_for_spreadsheets(page: Console, run: Run, search: dict[str, Any]) -> None:
    lines = page.rows(**search, count=None)
    saved = "".join(line.get("csv", "") for line in lines)
    arguments = shlex.split(page.post("/programs", search).json()["command"])[1:]
    assert saved == run(*arguments, "--format", "csv", "--excel", **page.account).out
    assert saved.startswith("\ufeff")
    assert sum(line.get("count", 0) for line in lines) == len(shown_keys(page, search))


def test_a_file_without_rows_has_its_heading(page: Console) -> None:
    assert page.rows(filter="User_Id = 0", fields=["Name"], count=None) == [
        {"csv": "\ufeffUser_Id,Name\n", "end": True}
    ]


def test_a_file_that_was_cut_off_goes_on_behind_its_last_row(live: Any) -> None:
    page = live("--retries", "0", users=2500, faults=Faults(errors=(2, 3)))
    saved, token = "", None
    for _ in range(3):
        for line in page.rows(count=None, token=token):
            saved += line.get("csv", "")
            token = line.get("token", token)
        if line.get("end"):
            break
        assert "Wait a little" in line["error"]["advice"]["en"]
    assert [row[0] for row in csv.reader(io.StringIO(saved))] == ["\ufeffUser_Id", *map(str, range(1, 2501))]


# Servers that fail


def test_a_server_whose_account_is_wrong() -> None:
    with Sandbox(users=1) as sandbox:
        wrong = {**account_of(sandbox), "DELTASIB_PASSWORD": "wrong"}
        with console(environment(**wrong), "--live") as page:
            (line,) = page.rows()
    assert line["error"]["kind"] == "InvalidKeyError"
    assert "DELTASIB_PASSWORD" in line["error"]["advice"]["en"]
    assert "DELTASIB_PASSWORD" in line["error"]["advice"]["fa"]


def test_a_server_that_does_not_let_this_machine_in(live: Any) -> None:
    (line,) = live(users=1, allowed_addresses=["10.0.0.0/8"]).rows()
    assert line["error"]["kind"] == "AddressNotPermittedError"


def test_a_server_that_is_gone() -> None:
    with Sandbox(users=1) as sandbox:
        account = account_of(sandbox)
    with console(environment(**account), "--live") as page:
        (line,) = page.rows()
        assert line["error"]["kind"] == "TransportError"
        assert "Check the address" in line["error"]["advice"]["en"]
        assert page.post("/programs", {"list": "User"}).status_code == 200


def test_a_server_that_is_another_one() -> None:
    class Blog(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1>My blog</h1>")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Blog) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        account = {"DELTASIB_URL": f"http://127.0.0.1:{server.server_port}", "DELTASIB_USERNAME": "x"}
        with console(environment(**account, DELTASIB_PASSWORD="x"), "--live") as page:
            (line,) = page.rows()
        server.shutdown()
    assert line["error"]["kind"] == "UnexpectedResponseError"
    assert "DELTASIB_URL" in line["error"]["advice"]["en"]


def test_a_server_that_does_not_answer_holds_nobody_up(live: Any) -> None:
    page = live(users=1, faults=Faults(latency=LONGEST))
    ask_and_leave(page, 1)
    assert page.post("/start", {}).status_code == 200
    page.process.send_signal(signal.SIGINT)
    assert page.process.wait(LONGEST) == 0


def test_the_console_ends_while_somebody_waits(live: Any) -> None:
    page = live(users=1, faults=Faults(latency=20))
    waiting = Thread(target=lambda: suppressed(page), daemon=True)
    waiting.start()
    waiting.join(1)
    page.process.send_signal(signal.SIGINT)
    assert page.process.stderr is not None
    assert (page.process.stderr.read(), page.process.wait(LONGEST)) == ("", 0)


def suppressed(page: Console) -> None:
    """Ask for rows until the connection is closed."""
    with suppress(httpx.HTTPError):
        page.rows()


def test_a_request_that_is_stopped_is_stopped_at_the_server_too(live: Any) -> None:
    requests: list[str] = []
    page = live(users=5, faults=Faults(errors=1000, retry_after=5), on_request=requests.append)
    ask_and_leave(page, 2)
    before = len(requests)
    assert before >= 1
    with pytest.raises(subprocess.TimeoutExpired):
        page.process.wait(6)  # the time in which the request would have been repeated
    assert len(requests) == before


# Beginning and end


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_console_ends_without_a_complaint(number: signal.Signals) -> None:
    with console(environment(), "--users", "5") as page:
        page.rows()
        page.process.send_signal(number)
        assert page.process.stderr is not None
        assert page.process.stderr.read() == ""
        assert page.process.wait(LONGEST) == 0


def test_the_page_is_there_before_its_customers() -> None:
    with console(environment(), "--users", "200000", filled=False) as page:
        assert get(page, "/").status_code == 200
        first, second, third = page.rows(filter=ALI)
    assert first == {"filling": True}
    assert len(second["rows"]) == 50
    assert third == {"end": False}


def test_a_live_console_needs_a_server(run: Run) -> None:
    done = run("console", "--live", "--no-open")
    assert (done.status, done.out) == (2, "")
    assert "DELTASIB_URL" in done.err


def test_a_port_that_is_taken(page: Console, run: Run) -> None:
    done = run("console", "--no-open", "--port", page.url.rpartition(":")[2])
    assert done.status == 2
    assert "Traceback" not in done.err


def test_the_browser_is_opened(tmp_path: Path) -> None:
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    browser.chmod(0o755)
    command = [COMMAND, "console", "--users", "1"]
    with running(command, stderr=subprocess.PIPE, env=environment(BROWSER=f"{browser} %s")) as process:
        assert process.stderr is not None
        address = process.stderr.readline().split()[5]
        process.stderr.readline()  # of the sandbox, which begins when the browser is open
        assert opened.read_text() == address


def test_the_page_speaks_the_language_of_the_command() -> None:
    command = [COMMAND, "--language", "fa", "console", "--no-open"]
    with running(command, stderr=subprocess.PIPE, env=environment(), encoding="utf-8") as process:
        assert process.stderr is not None
        assert "&language=fa باز است" in process.stderr.readline()
