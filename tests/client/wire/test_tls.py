"""Which certificates a client trusts: `verify`, and the environment; in both clients."""

from __future__ import annotations

import os
import ssl
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from trustme import CA

from client.conftest import Ask, Call
from client.scripted import Scripted, table
from deltasib_query import AsyncClient, ParameterError, TransportError

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
        with pytest.raises(ParameterError, match=rf"^verify: {no_certificates} is not a file of certificates \("):
            ask("https://isp.example", FIRST, verify=form(no_certificates))


@pytest.mark.parametrize("path", ["", "a\0b", "\ud800"])
def test_a_path_that_is_none(ask: Ask, path: str) -> None:
    with pytest.raises(ParameterError, match=r"^verify: "):
        ask("https://isp.example", FIRST, verify=path)


def test_a_variable_that_names_no_file_of_certificates(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, no_certificates: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(no_certificates))
    with pytest.raises(ParameterError, match=rf"^SSL_CERT_FILE: {no_certificates} is not a file of certificates \("):
        ask("https://isp.example", FIRST, verify=True)


def test_a_variable_that_names_no_folder(ask: Ask, monkeypatch: pytest.MonkeyPatch, trusted: Path) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    for folder in (str(trusted), "/nowhere", f"/nowhere{os.pathsep}/neither"):
        monkeypatch.setenv("SSL_CERT_DIR", folder)
        with pytest.raises(ParameterError, match=rf"^SSL_CERT_DIR: {folder} is not a folder$"):
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


def test_a_file_of_certificates_that_is_missing(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"^verify: .*missing\.pem"):
        ask("https://isp.example", FIRST, verify=tmp_path / "missing.pem")


@pytest.mark.parametrize("verify", [None, 1, 0, b"ca.pem"])
def test_a_verification_of_another_type(ask: Ask, verify: object) -> None:
    with pytest.raises(ParameterError, match=r"^verify: "):
        ask("https://isp.example", FIRST, verify=verify)


def test_a_certificate_that_is_not_trusted_is_an_error_of_its_own_with_the_repair(secure: Scripted, ask: Ask) -> None:
    with pytest.raises(TransportError) as caught:
        ask(secure.url, FIRST, verify=True)
    assert not caught.value.transient
    assert str(caught.value).startswith(f"auth gettoken: the certificate of {secure.url} is not trusted ([SSL: ")
    assert str(caught.value).endswith('verify="server.pem", or with the command by --ca-file server.pem')
    persian = caught.value.said("fa").plain
    assert persian.startswith(f"auth gettoken: گواهی {secure.url} مورد اعتماد نیست ([SSL: ")
    assert 'verify="server.pem"' in persian
    assert "--ca-file server.pem" in persian


def test_a_certificate_that_is_refused_for_another_reason_is_not_to_be_trusted(ask: Ask, trusted: Path) -> None:
    with (
        Scripted(table(1), certificate=AUTHORITY.issue_cert("isp.example")) as server,
        pytest.raises(TransportError) as caught,
    ):
        ask(server.url, FIRST, verify=trusted)
    assert not caught.value.transient
    assert str(caught.value).startswith(f"auth gettoken: the certificate of {server.url} was refused ([SSL: ")
    assert "verify=" not in str(caught.value)
