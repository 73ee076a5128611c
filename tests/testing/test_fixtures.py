"""The fixtures, used as a user would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from deltasib_query import Client, User, UserPayment
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

pytest_plugins = ["deltasib_query.testing"]


def connect(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, username=sandbox.username, password=sandbox.password)


def test_a_sandbox_with_users(deltasib_sandbox: Sandbox) -> None:
    with connect(deltasib_sandbox) as isp:
        assert len(list(isp.user.list())) == 100


def test_given_rows(make_deltasib_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = make_deltasib_sandbox({User: [{"User_Id": 5, "Username": "ali"}], UserPayment: [{"User_Id": 5}]})
    with connect(sandbox) as isp:
        assert [user.Username for user in isp.user.list(User.Username == "ALI")] == ["ali"]


def test_several_sandboxes_with_options(make_deltasib_sandbox: Callable[..., Sandbox]) -> None:
    one, other = (make_deltasib_sandbox(users=users, faults=Faults(cap=1)) for users in (2, 3))
    for sandbox, users in ((one, 2), (other, 3)):
        with connect(sandbox) as isp:
            assert len(list(isp.user.list())) == users


def pytest_ends(path: Path, test: str) -> subprocess.CompletedProcess[str]:
    """Run a test module of a user's."""
    (path / "test_mine.py").write_text(test)
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    return subprocess.run([*command, str(path)], cwd=path, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.heavy
def test_the_plugin_beside_an_import_of_it(tmp_path: Path) -> None:
    test = """
from deltasib_query.testing import filters, rows
pytest_plugins = ["deltasib_query.testing"]
def test_one(deltasib_sandbox):
    assert deltasib_sandbox.username == "reseller"
"""
    ended = pytest_ends(tmp_path, test)
    assert (ended.returncode, ended.stdout.split()[-4:-2]) == (0, ["1", "passed"])


@pytest.mark.heavy
def test_an_imported_fixture(tmp_path: Path) -> None:
    test = """
from deltasib_query.testing import deltasib_sandbox, make_deltasib_sandbox
def test_one(deltasib_sandbox):
    assert deltasib_sandbox.url.startswith("http://127.0.0.1:")
"""
    assert pytest_ends(tmp_path, test).returncode == 0


@pytest.mark.heavy
def test_what_a_test_writes_is_gone_for_the_next(tmp_path: Path) -> None:
    test = """
import pytest
from deltasib_query import Client, User
pytest_plugins = ["deltasib_query.testing"]
@pytest.mark.parametrize("time", [1, 2])
def test_one(deltasib_sandbox, time):
    with Client(deltasib_sandbox.url, username="reseller", password="sandbox") as isp:
        isp.user.add("new", "x")
"""
    assert pytest_ends(tmp_path, test).returncode == 0


@pytest.mark.heavy
def test_the_sandbox_ends_with_the_test(tmp_path: Path) -> None:
    test = """
import httpx, pytest
pytest_plugins = ["deltasib_query.testing"]
urls = []
def test_one(deltasib_sandbox):
    urls.append(deltasib_sandbox.url)
def test_two():
    with pytest.raises(httpx.ConnectError):
        httpx.get(urls[0], trust_env=False)
"""
    assert pytest_ends(tmp_path, test).returncode == 0


def python(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return (ended.stdout + ended.stderr).splitlines()[-1]


def test_without_hypothesis_the_extra_is_named() -> None:
    code = """
import sys
sys.modules["hypothesis"] = None
from deltasib_query import User, testing
testing.filters(User)
"""
    expected = "this needs hypothesis: pip install 'deltasib-query[testing]'"
    assert python(code) == f"deltasib_query.errors.MissingExtraError: {expected}"


def test_without_pytest_the_strategies_are_there() -> None:
    code = """
import sys
sys.modules["pytest"] = None
from deltasib_query import User, testing
print(testing.__all__, testing.rows(User) is not None)
"""
    assert python(code) == "['filters', 'rows'] True"


def test_without_pytest_a_fixture_names_the_extra() -> None:
    code = """
import sys
sys.modules["pytest"] = None
from deltasib_query import testing
testing.deltasib_sandbox
"""
    expected = "this needs pytest: pip install 'deltasib-query[testing]'"
    assert python(code) == f"deltasib_query.errors.MissingExtraError: {expected}"


def test_importing_it_loads_neither_the_sandbox_nor_hypothesis() -> None:
    code = """
import sys, deltasib_query.testing
print([name for name in ("hypothesis", "starlette", "deltasib_query.sandbox") if name in sys.modules])
"""
    assert python(code) == "[]"


def test_a_broken_request_of_a_faulty_sandbox(make_deltasib_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = make_deltasib_sandbox({}, faults=Faults(drop=1, logins=True))
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{sandbox.url}/1.0/auth/", data={"Action": "gettoken"}, trust_env=False)
