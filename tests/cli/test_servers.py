"""Which server a command speaks to: options, the environment, the configuration file, the keyring, and their order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deltasib_query import ServerProfile
from deltasib_query.sandbox.server import Sandbox

from .conftest import Result, Run, account, environment
from .forked import LONGEST

SECRET = "s3cret-in-the-file"
COUNT = ("count", "service", "--server", "main")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "deltasib-query" / "config.toml"
    path.parent.mkdir()
    return path


@pytest.fixture
def asked(run: Run, config: Path, sandbox: Sandbox) -> Run:
    """Run a command with a configuration file, and with the password in the environment."""

    def asked(text: str, *arguments: str, **more: str) -> Result:
        config.write_text(text.replace("URL", sandbox.url), "utf-8")
        return run(*arguments, **{"DELTASIB_PASSWORD": "sandbox", "XDG_CONFIG_HOME": str(config.parent.parent), **more})

    return asked


MAIN = '[servers.main]\nurl = "URL"\nusername = "reseller"\n'
NOWHERE = MAIN.replace("URL", "http://127.0.0.1:1")


def test_a_server_of_the_file(asked: Run) -> None:
    done = asked(MAIN + "timeout = 5.5\nretries = 1\nmax_rate = 100\n", *COUNT)
    assert (done.status, done.err) == (0, "")
    assert int(done.out) > 0


def test_the_server_is_named_in_the_environment(asked: Run) -> None:
    assert asked(MAIN, "count", "service", DELTASIB_SERVER="main").status == 0


def test_the_environment_wins_over_the_file_and_an_option_over_both(asked: Run, sandbox: Sandbox) -> None:
    assert asked(NOWHERE, *COUNT).status == 4
    assert asked(NOWHERE, *COUNT, DELTASIB_URL=sandbox.url).status == 0
    assert asked(NOWHERE, *COUNT, "--url", sandbox.url, DELTASIB_URL="http://127.0.0.1:2").status == 0


def test_without_a_named_server_the_file_is_not_read(asked: Run, sandbox: Sandbox) -> None:
    assert asked("no TOML", "count", "service", **account(sandbox)).status == 0


def test_files_begin_at_the_folder_of_the_file(asked: Run, config: Path) -> None:
    (config.parent / "main.toml").write_text(ServerProfile(page_cap=3).to_toml(), "utf-8")
    assert asked(MAIN + 'profile = "main.toml"\n', *COUNT).status == 0
    done = asked(MAIN + 'profile = "other.toml"\n', *COUNT)
    assert (done.status, done.out) == (2, "")
    assert f"servers.main.profile: {config.parent / 'other.toml'} cannot be read" in " ".join(done.err.split())
    assert "servers.main.ca_file: " in asked(MAIN + 'ca_file = "none.pem"\n', *COUNT).err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no server 'main'; there are"),
        ("[servers.other]", "there is no server 'main'; there are other"),
        ("[servers", "it is not TOML in UTF-8 ("),
        ("a = " + "[" * 5000, "it is not TOML in UTF-8 ("),
        ("servers = 5", "servers is not a table"),
        ("[servers]\nmain = 5", "servers.main is not a table"),
        ("colour = 5", "there is no colour; there are servers"),
        (MAIN + "colour = 5", "there is no servers.main.colour; there are url, username, profile, ca_file, proxy"),
        (MAIN + "timeout = '5'", "servers.main.timeout is not a number"),
        (MAIN + "retries = true", "servers.main.retries is not a number"),
        (MAIN + "proxy = 5", "servers.main.proxy is not a text"),
        (MAIN + "timeout = -1", "servers.main.timeout: seconds"),
        (MAIN + "retries = 1.5", "servers.main.retries: "),
        (MAIN + "max_rate = 0", "servers.main.max_rate: "),
        (MAIN + "proxy = 'nowhere'", "servers.main.proxy: scheme"),
        (MAIN + "proxy = 'http://['", "servers.main.proxy: scheme"),
        (MAIN + "profile = '~nobody-has-this-name/x'", "/~nobody-has-this-name/x cannot be read"),
        (MAIN + "ca_file = '~nobody-has-this-name/x'", "/~nobody-has-this-name/x is not a file of certificates"),
        (MAIN + 'profile = "a\\u0000b"', "a\\u0000b cannot be read (embedded null"),
        ("[servers.main]\nusername = 'x'", "--url is needed, or DELTASIB_URL, or --server NAME"),
        ("[servers.main]\nurl = 'http://x'", "--username is needed, or DELTASIB_USERNAME"),
        ("[servers.main]\nurl = 'nowhere'\nusername = 'x'", "servers.main.url: scheme, host and port are needed"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_place(asked: Run, config: Path, text: str, said: str) -> None:
    done = asked(text, *COUNT)
    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.split())
    assert str(config) in done.err or "is needed, or" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "text",
    [
        MAIN + f"password = '{SECRET}'",
        MAIN + f"Password = '{SECRET}'",
        f"password = '{SECRET}'\n" + MAIN,
        f"[servers]\npassword = '{SECRET}'",
        MAIN + f"proxy = 'http://me:{SECRET}@127.0.0.1:3128'",
        MAIN + f"proxy = '//{SECRET}@x'",
    ],
)
@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_password_in_the_file_is_refused_and_not_shown(asked: Run, text: str, language: str) -> None:
    done = asked(text, *COUNT, "--language", language)
    assert (done.status, done.out) == (2, "")
    assert "DELTASIB_P" in done.err
    assert SECRET not in done.err


def test_no_file(run: Run, tmp_path: Path) -> None:
    done = run(*COUNT, XDG_CONFIG_HOME=str(tmp_path))
    assert (done.status, done.out) == (2, "")
    assert "config.toml: it cannot be read (No such file or directory)" in " ".join(done.err.split())


KEYRING = """
class errors:
    class KeyringError(Exception): ...

def get_password(service, username):
    if username == "locked":
        raise errors.KeyringError
    return {("URL", "reseller"): "sandbox"}.get((service, username))
"""


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("url", "username", "status"), [("URL", "reseller", 0), ("URL/", "reseller", 0), ("URL", "locked", 2)]
)
def test_the_password_of_the_keyring(tmp_path: Path, sandbox: Sandbox, url: str, username: str, status: int) -> None:
    (tmp_path / "keyring.py").write_text(KEYRING.replace("URL", sandbox.url), "utf-8")
    given = ("--url", url.replace("URL", sandbox.url), "--username", username)
    done = subprocess.run(
        [sys.executable, "-m", "deltasib_query", "count", "service", *given], stdin=subprocess.DEVNULL,
        capture_output=True, start_new_session=True, timeout=LONGEST, env=environment(PYTHONPATH=str(tmp_path)),
    )  # fmt: skip
    assert done.returncode == status


def test_requests_are_evenly_spaced_and_retried(run: Run) -> None:
    with Sandbox(users=2) as sandbox:
        done = run("list", "user", "--max-rate", "50", "--retries", "0", "--timeout", "60", **account(sandbox))
    assert done.status == 0


@pytest.mark.parametrize(
    ("option", "value"), [("--timeout", "0"), ("--retries", "-1"), ("--max-rate", "nan"), ("--proxy", "x")]
)
def test_options_that_no_client_takes(run: Run, sandbox: Sandbox, option: str, value: str) -> None:
    done = run("count", "user", option, value, **account(sandbox))
    assert (done.status, done.out) == (2, "")
    assert option.strip("-").replace("-", "_") in done.err


def test_a_proxy_is_used(run: Run, sandbox: Sandbox) -> None:
    assert run("count", "user", **account(sandbox), DELTASIB_PROXY="http://127.0.0.1:1").status == 4


def test_verbose_tells_of_each_request_and_of_no_value(run: Run, sandbox: Sandbox) -> None:
    done = run("count", "user", "--filter", "Username = 'ali'", "--verbose", **account(sandbox))
    login, *lists = done.err.splitlines()
    assert " INFO auth gettoken attempt=1 status=200" in login
    assert " INFO user list start=0 count=1 attempt=1 status=200 rows=1 ms=" in lists[0]
    assert "ali" not in done.err
    assert run("count", "user", **account(sandbox)).err == ""
