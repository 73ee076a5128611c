"""A certificate made for one run. Its key is in a file only until it is read."""

from __future__ import annotations

import ssl
from contextlib import suppress
from pathlib import Path

from deltasib_query.errors import MissingExtraError, ParameterError
from deltasib_query.messages.message import Message

with suppress(ImportError):
    import trustme

    # cryptography keeps the class of the first datetime that it sees, which must not be the one of freezegun.
    trustme.CA()


def make_certificate(directory: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for a host and for this machine: a PEM file for clients to trust, and the server's side.

    Raises `MissingExtraError` without trustme, `ParameterError` for a host that cannot have a certificate.
    """
    try:
        import trustme
    except ModuleNotFoundError as error:
        raise MissingExtraError("tls", error.name or "trustme") from None
    authority = trustme.CA()
    try:
        own = authority.issue_cert(*dict.fromkeys((host, "localhost", "127.0.0.1", "::1")))
    except ValueError as error:
        raise ParameterError("host", Message("parameter.no-certificate", host=repr(host), reason=str(error))) from None
    trusted, context = directory / "certificate.pem", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(trusted)
    with own.private_key_and_cert_chain_pem.tempfile(dir=str(directory)) as chain:
        context.load_cert_chain(chain)
    return trusted, context
