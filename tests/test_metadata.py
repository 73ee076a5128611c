"""What the installed package says of itself."""

from __future__ import annotations

from importlib.metadata import metadata, requires, version

from packaging.requirements import Requirement

import deltasib_query

NAME = "deltasib-query"


def test_the_version_is_that_of_the_package() -> None:
    assert deltasib_query.__version__ == version(NAME)


def test_the_extras_are_those_for_users() -> None:
    extras = {
        "arrow",
        "cli",
        "dask",
        "fastapi",
        "mariadb",
        "opentelemetry",
        "sandbox",
        "sqlalchemy",
        "testing",
        "tls",
        "web",
    }
    assert set(metadata(NAME).get_all("Provides-Extra") or ()) == extras


def test_httpx_with_another_interface_is_refused() -> None:
    (httpx,) = (found for text in requires(NAME) or () if (found := Requirement(text)).name == "httpx")
    assert httpx.specifier.contains("0.28.0")
    assert not httpx.specifier.contains("0.27.2")
    assert not httpx.specifier.contains("1.0.dev3", prereleases=True)


def test_no_address_is_invented() -> None:
    assert metadata(NAME).get_all("Project-URL") is None
