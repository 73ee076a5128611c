"""A certificate made on the spot."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import NamedTuple

from deltasib_query.errors import MissingExtraError


class Certificate(NamedTuple):
    """Files in PEM."""

    trusted: Path
    """What a client trusts."""
    chain: Path
    """What the server has: its key and its certificate."""

    def context(self) -> ssl.SSLContext:
        """Return the server's side of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


def make_certificate(directory: Path, host: str) -> Certificate:
    """Write a certificate of a host, and of this machine. Raises `MissingExtraError` where trustme is not there."""
    try:
        import trustme
    except ModuleNotFoundError as error:
        raise MissingExtraError("sandbox", error.name or "trustme") from None
    authority = trustme.CA()
    own = authority.issue_cert(*dict.fromkeys((host, "localhost", "127.0.0.1", "::1")))
    made = Certificate(directory / "certificate.pem", directory / "server.pem")
    authority.cert_pem.write_to_path(made.trusted)
    own.private_key_and_cert_chain_pem.write_to_path(made.chain)
    return made
