"""TLS, with a certificate made on the spot."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest

from deltasib_query import Client, MissingExtraError
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

Connect = Callable[..., httpx.Client]


def test_a_client_that_trusts_the_certificate(connect: Connect) -> None:
    with Sandbox(users=3, tls=True) as sandbox:
        assert sandbox.url.startswith("https://127.0.0.1:")
        assert len(connect(sandbox).get("/user/", params={"Action": "list"}).json()) == 3


def test_a_client_of_ours_takes_the_file() -> None:
    with (
        Sandbox(users=3, tls=True) as sandbox,
        Client(sandbox.url, username="reseller", password="sandbox", verify=sandbox.certificate) as isp,
    ):
        assert [user.User_Id for user in isp.user.list()] == [1, 2, 3]


@pytest.mark.parametrize("faults", [Faults(), Faults(drop=1)])
def test_a_client_that_does_not_trust_it(faults: Faults) -> None:
    with Sandbox(users=1, tls=True, faults=faults) as sandbox, pytest.raises(httpx.ConnectError, match="CERTIFICATE"):
        httpx.get(sandbox.url, verify=ssl.create_default_context(), trust_env=False)


def test_plain_http_is_not_spoken() -> None:
    with Sandbox(users=1, tls=True) as sandbox, pytest.raises(httpx.HTTPError):
        httpx.get(sandbox.url.replace("https", "http"), trust_env=False)


def test_the_certificate_goes_with_the_sandbox() -> None:
    with Sandbox(users=1, tls=True) as sandbox:
        path = sandbox.certificate
        assert path.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert not path.parent.exists()


def test_the_key_is_not_in_the_file_that_is_trusted() -> None:
    with Sandbox(users=1, tls=True) as sandbox:
        assert "PRIVATE KEY" not in sandbox.certificate.read_text()


@pytest.mark.parametrize("faults", [Faults(), Faults(half=(9,))])
def test_it_ends_while_a_client_keeps_its_connection(connect: Connect, faults: Faults) -> None:
    with Sandbox(users=1, tls=True, faults=faults) as sandbox:
        client = connect(sandbox)
    with pytest.raises(httpx.TransportError):
        client.get("/user/", params={"Action": "list"})


def test_without_trustme_the_extra_is_named() -> None:
    code = """
import sys
sys.modules["trustme"] = None
from deltasib_query.sandbox import Sandbox
with Sandbox(users=1):
    pass
with Sandbox(users=1, tls=True):
    pass
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert ended.stderr.splitlines()[-1] == (
        f"{MissingExtraError.__module__}.MissingExtraError: this needs trustme: pip install 'deltasib-query[tls]'"
    )
