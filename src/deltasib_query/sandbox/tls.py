"""A certificate made on the spot. Its key is in a file for no longer than it takes to read it."""

from __future__ import annotations

import ssl
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from deltasib_query.errors import MissingExtraError, ParameterError

with suppress(ImportError):
    import trustme

    # The library below keeps the class of the first moment that it meets: it must not be the false one of freezegun.
    trustme.CA()


class Certificate(NamedTuple):
    """Both sides of TLS."""

    trusted: Path
    """What a client trusts: a file in PEM."""
    context: ssl.SSLContext
    """What the server has: its key and its certificate."""


def make_certificate(directory: Path, host: str) -> Certificate:
    """Make a certificate of a host, and of this machine.

    Raises `MissingExtraError` where trustme is not there, `ParameterError` for a host that can have no certificate.
    """
    try:
        import trustme
    except ModuleNotFoundError as error:
        raise MissingExtraError("tls", error.name or "trustme") from None
    authority = trustme.CA()
    try:
        own = authority.issue_cert(*dict.fromkeys((host, "localhost", "127.0.0.1", "::1")))
    except ValueError as error:
        raise ParameterError("host", f"no certificate can be made for {host!r} ({error})") from None
    made = Certificate(directory / "certificate.pem", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    authority.cert_pem.write_to_path(made.trusted)
    with own.private_key_and_cert_chain_pem.tempfile(dir=str(directory)) as chain:
        made.context.load_cert_chain(chain)
    return made
